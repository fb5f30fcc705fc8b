"""Mobile prefixes, now and before 15 September 2018, apart from ``blocklist.plan``, which the set is to test.

Source: the Ministry of Information and Communications' plan of 27 June 2018 for 11-digit numbers; prefixes in
use as of November 2026.
"""

from typing import Final

MOBILE: Final = tuple(
    (
        "032 033 034 035 036 037 038 039 052 055 056 058 059 070 076 077 078 079 081 082 083 084 085 086 087 "
        "088 089 090 091 092 093 094 096 097 098 099"
    ).split()
)
"""First three digits of a mobile number; seven digits follow."""

BEFORE_2018: Final = {
    "070": "0120",
    "079": "0121",
    "077": "0122",
    "076": "0126",
    "078": "0128",
    "083": "0123",
    "084": "0124",
    "085": "0125",
    "081": "0127",
    "082": "0129",
    "032": "0162",
    "033": "0163",
    "034": "0164",
    "035": "0165",
    "036": "0166",
    "037": "0167",
    "038": "0168",
    "039": "0169",
    "056": "0186",
    "058": "0188",
    "059": "0199",
}
"""Prefix now -> the prefix of the same subscribers until 2018."""
