"""What pages say of what was refused when users, passwords or tokens were changed."""

from collections.abc import Mapping
from typing import Final

from api.pages.navigation import N_
from screener.access.links import LinkOver
from screener.access.passwords import WeakPassword
from screener.access.second_factor import WrongCode
from screener.access.users import (
    InvalidExtension,
    InvalidUserName,
    LastAdmin,
    NoSuchUser,
    UserExists,
)
from screener.api_tokens import InvalidTokenName, NoSuchToken, TokenExists, TokenOver

REFUSED: Final[Mapping[type[Exception], str]] = {
    WeakPassword: N_(
        "This password will not do. Take at least 12 characters, neither the user's name nor the same few "
        "over and over; several words make a good one."
    ),
    InvalidUserName: N_(
        "This name can't be taken: write up to 64 letters, digits, dots, hyphens or @, without blanks, and "
        "begin with a letter or digit."
    ),
    UserExists: N_("There is a user of this name; choose another one."),
    NoSuchUser: N_("There is no such user any more."),
    LastAdmin: N_("This is the only administrator. Make another one first."),
    InvalidExtension: N_("An extension is written with its digits, as in 1001; leave it empty for none."),
    WrongCode: N_("The code does not fit. Take the one that the app shows now, and check the phone's time."),
    LinkOver: N_("This link was used already or is too old. Ask an administrator for a new one."),
    TokenExists: N_("There is a token of this name; revoke it first, or choose another name."),
    NoSuchToken: N_("There is no such token any more."),
    InvalidTokenName: N_("Give the token a name, one line of text, by which you know who uses it."),
    TokenOver: N_("The last day is over already; choose a later one."),
}
KINDS: Final = tuple(REFUSED)
WRONG_PASSWORD: Final = N_("That is not your password. Nothing was changed.")
DIFFERENT: Final = N_("The two passwords differ. Write the same one twice.")
TOO_MANY: Final = N_("Too many tries. Wait a while, then try again.")


def refused(error: Exception) -> str:
    """Return what is said of a refusal, in English as the catalogues have it."""
    return REFUSED[type(error)]
