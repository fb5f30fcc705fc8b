"""The languages of the page, and their words: one gettext catalogue a language, with the English text as key.

A catalogue is read as it is edited (``locale/vi/LC_MESSAGES/messages.po``): nothing compiled is kept
beside it, which could be older than what it was made from.
"""

import gettext
import io
from enum import StrEnum
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "messages"


class Language(StrEnum):
    """What the page can be read in; the first one is what it is shown in unless somebody chose."""

    VI = "vi"
    EN = "en"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return {"vi": "Tiếng Việt", "en": "English"}[self.value]


def catalogue(language: Language) -> Catalog:
    """Return a language's catalogue as it is edited; the English one has no file: the keys are English."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if language is Language.EN:
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language.value, domain=DOMAIN, abort_invalid=True)


def translations(language: Language) -> gettext.NullTranslations:
    """Return what turns the page's English texts into a language. What is not translated stays English."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
