"""Languages as tags name them: three letters, while scripts say `en-GB`."""

from __future__ import annotations

_LANGUAGES = """
af:afr am:amh ar:ara az:aze be:bel bg:bul bn:ben bs:bos ca:cat cs:ces cy:cym da:dan de:deu el:ell
en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gu:guj
he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn ka:kat kk:kaz km:khm kn:kan ko:kor
ku:kur ky:kir la:lat lb:ltz lo:lao lt:lit lv:lav mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt
my:mya nb:nob ne:nep nl:nld nn:nno no:nor oc:oci pa:pan pl:pol ps:pus pt:por ro:ron ru:rus sa:san
si:sin sk:slk sl:slv so:som sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel tg:tgk th:tha tk:tuk tr:tur
tt:tat uk:ukr ur:urd uz:uzb vi:vie xh:xho yi:yid yo:yor zh:zho zu:zul
"""
_ISO_639_2 = dict(pair.split(":") for pair in _LANGUAGES.split())


def language_code(language: str) -> str:
    """The ISO 639-2 code of a BCP 47 tag, `und` for a language not in the table here.

    A code of three letters stays what it is, so a code is its own code.
    """
    primary = language.split("-", maxsplit=1)[0].lower()
    if len(primary) == 3 and primary.isascii() and primary.isalpha():
        return primary
    return _ISO_639_2.get(primary, "und")
