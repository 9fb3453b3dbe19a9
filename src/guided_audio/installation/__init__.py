"""Installing a voice: the one thing this program does over a network, and only when it is asked to.

offers    the voices we know: where they are, how large, their digests and licences
transfer  a file over HTTPS: resumed, bounded, and no further than it was sent
waiting   where files wait until both are here, and that nothing is left there
trial     whether what arrived is a voice
placing   it is put in its place, whole or not at all
voice     what is meant, and all of these in turn
"""

from guided_audio.installation.offers import Offer, Part, read_offers
from guided_audio.installation.voice import Wanted, find_wanted, install

__all__ = ["Offer", "Part", "Wanted", "find_wanted", "install", "read_offers"]
