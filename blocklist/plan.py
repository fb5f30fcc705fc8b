"""The Vietnamese numbering plan, as far as a switchboard needs it.

Sources: Circular 22/2014/TT-BTTTT (plan), Decision 2036/QĐ-BTTTT of 21 November 2016 (area codes begin
with 2 since 17 June 2017), the Ministry's plan of 27 June 2018 (11-digit mobile numbers end on
15 September 2018). Read on 23 November 2026. No table of prefixes stays true: what is missing here may be
remarked on, never blocked.
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

STATE_LINES: Final = "69"
"""069 and seven digits: lines of the police and the military."""

SHORT_CODES: Final = frozenset(
    "111 112 113 114 115 116 117 119 1022 1080 156 5656 5657 1414 18001091 18001098 18001166 19001091".split()
)
"""Services that people ring and that ring nobody, with the best known free numbers."""
