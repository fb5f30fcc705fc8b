"""The Vietnamese numbering plan, as far as a switchboard needs it.

Sources: Circular 22/2014/TT-BTTTT (plan), Decision 2036/QĐ-BTTTT of 21 November 2016 (area codes begin
with 2 since 17 June 2017), the Ministry's plan of 27 June 2018 (11-digit mobile numbers end on
15 September 2018). Read on 23 November 2026, and on that day compared with libphonenumber's metadata for
VN (phonenumbers 9.0.43): ``tests/test_plan.py`` lists where the two differ. No table of prefixes stays
true: what is missing here may be remarked on, never blocked.
"""

from typing import Final

COUNTRY_CODE: Final = "84"
TRUNK_PREFIX: Final = "0"

MOBILE_PREFIXES: Final = frozenset(
    (
        "32 33 34 35 36 37 38 39 52 55 56 58 59 70 76 77 78 79 81 82 83 84 85 86 87 88 89 90 91 92 93 94 96 "
        "97 98 99"
    ).split()
)
"""National two digits of a mobile number; seven digits follow."""

AREA_CODES: Final = frozenset(
    (
        "203 204 205 206 207 208 209 210 211 212 213 214 215 216 218 219 220 221 222 225 226 227 228 229 232 "
        "233 234 235 236 237 238 239 24 251 252 254 255 256 257 258 259 260 261 262 263 269 270 271 272 273 "
        "274 275 276 277 28 290 291 292 293 294 296 297 299"
    ).split()
)
"""Area codes without the trunk 0. The subscriber's part brings the national number to ten digits."""

RETIRED_MOBILE: Final = {
    **{"120": "70", "121": "79", "122": "77", "126": "76", "128": "78"},
    **{"123": "83", "124": "84", "125": "85", "127": "81", "129": "82"},
    **{f"16{digit}": f"3{digit}" for digit in "23456789"},
    **{"186": "56", "188": "58", "199": "59"},
}
"""11-digit mobile prefix before 15 September 2018 -> the prefix that took its place."""

PRESENT_AREA_CODE: Final = {
    old: new
    for pair in (
        "33=203 240=204 25=205 26=206 27=207 280=208 281=209 22=212 231=213 20=214 230=215 29=216 320=220 "
        "321=221 241=222 31=225 351=226 36=227 350=228 30=229 52=232 53=233 54=234 510=235 511=236 37=237 "
        "38=238 39=239 4=24 61=251 62=252 64=254 55=255 56=256 57=257 58=258 68=259 60=260 501=261 500=262 "
        "63=263 59=269 70=270 651=271 72=272 73=273 650=274 75=275 66=276 67=277 8=28 780=290 781=291 "
        "710=292 711=293 74=294 76=296 77=297 79=299"
    ).split()
    for old, _, new in [pair.partition("=")]
}
"""Area code before 2017 -> the one that took its place, both without the trunk 0.

Decision 2036/QĐ-BTTTT: 13 provinces on 11 February 2017 (212-216, 232-239), 23 on 15 April (203-209,
220-229, 290-299) and 23 on 17 June (24, 28, 251-277), as VNPT's notices and the press of 2017 have them. Phú
Thọ, Vĩnh Phúc, Hòa Bình and Hà Giang kept 210, 211, 218 and 219."""

STATE_LINES: Final = ("69", "80")
"""Private networks of the state: 069 of the police and the military, 080 of Party and State offices (which
libphonenumber had in 2014 with five digits behind it)."""
STATE_LENGTHS: Final = frozenset({7, 8, 9})
"""Digits without the trunk 0: five to seven follow the code (Circular 22/2014/TT-BTTTT, article 10.6)."""

INTERNET_TELEPHONY: Final = "65"
"""Planned with eight digits behind it (Circular 22/2014/TT-BTTTT); no operator is known to use it."""

SERVICE_LENGTHS: Final = frozenset({8, 9, 10})
"""Digits of 1800 and 1900 numbers: four to six follow (libphonenumber; nine are rare)."""

SHORT_CODES: Final = frozenset(
    "111 112 113 114 115 116 117 119 1022 1080 156 5656 5657 1414 18001091 18001098 18001166 19001091".split()
)
"""Services that people ring and that ring nobody, with the best known free numbers."""
SERVICE_STARTS: Final = frozenset({"1", *(code[0] for code in SHORT_CODES)})
"""First digits of the services, 1800 and 1900 among them."""

_TEN_DIGIT_AREAS: Final = frozenset({"24", "28"})
"""Hà Nội and Hồ Chí Minh City, with eight subscriber digits; all others have seven."""


def subscriber(national: str) -> str:
    """Return the digits behind area code or mobile prefix of a national number, empty where it has none."""
    if len(national) == 11 and national.startswith("02"):
        return national[3:] if national[1:3] in _TEN_DIGIT_AREAS else national[4:]
    if len(national) == 10 and national[0] == TRUNK_PREFIX and national[1] in "356789":
        return national[3:]
    return ""


_BECAME: Final = {
    TRUNK_PREFIX + old: TRUNK_PREFIX + new for old, new in (RETIRED_MOBILE | PRESENT_AREA_CODE).items()
}


def present_form(national: str) -> str:
    """Return what became of a national number of before 2017 and 2018, empty where it was no such number.

    The subscriber's digits stayed. 0373725725 may have been a landline in Thanh Hóa (02373725725); whether it
    was one only the registry knows.
    """
    # A code of three digits was changed for one of two or three, a shorter one for one that is longer by one.
    if len(national) == 10:
        if became := _BECAME.get(national[:3]):
            return became + national[3:]
        if became := _BECAME.get(national[:2]):
            return became + national[2:]
    elif len(national) == 11 and (became := _BECAME.get(national[:4])):
        return became + national[4:]
    return ""
