"""Delivery: a whole series in one folder, ready to be given away.

running_order  what is to be made, track by track
made_of        what decides the files of a track, as one key
manifest       what a folder holds
staging        where it is made before it takes its place
track_files    the files of a track
series_files   the files of all of them together
discretion     the same for somebody whose devices are looked at by others
whole_series   the order of it all
"""

from guided_audio.delivery.running_order import Item, RunningOrder, Wishes, running_order
from guided_audio.delivery.whole_series import Delivered, deliver

__all__ = ["Delivered", "Item", "RunningOrder", "Wishes", "deliver", "running_order"]
