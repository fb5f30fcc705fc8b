"""Gathers the page's texts into the catalogues: what templates and modules mark is added, what is gone goes.

``make words`` runs it; then the new entries of each catalogue are to be given their words.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from api.languages import DOMAIN, LOCALE, Language, catalogue

_SOURCES: Final = Path(__file__).parent
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS: Final = {"templates/**.html": {"trimmed": "true", "silent": "false", "trim_blocks": "true"}}
_KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
_CHARSET: Final = "Content-Type: text/plain; charset=utf-8"
_HEADER: Final = "# The page's words. `make words` adds and removes entries; write what stands after msgstr."


def gathered() -> Catalog:
    """Return every text that the page marks for translation."""
    found = Catalog()
    for _, _, text, _, context in extract_from_dir(_SOURCES, _METHODS, _OPTIONS, keywords=_KEYWORDS):
        found.add(text, context=context)
    return found


def update(language: Language) -> Iterator[str]:
    """Bring a language's catalogue to what the page marks; give the texts that still lack their words."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    known = catalogue(language) if path.exists() else Catalog(language)
    words = Catalog(language.value, header_comment=_HEADER, fuzzy=False)
    for message in gathered():
        if message.id:
            old = known.get(message.id, message.context)
            words.add(message.id, old.string if old else "", context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    # No dates and no places: two who add texts at a time would both have changed the same lines.
    fields = (f"Language: {language}", f"Plural-Forms: {words.plural_forms}", _CHARSET)
    head = f'{_HEADER}\nmsgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields) + "\n"
    with path.open("wb") as file:
        file.write(head.encode())
        write_po(file, words, width=0, no_location=True, omit_header=True, sort_output=True)
    return (str(message.id) for message in words if message.id and not worded(message))


def worded(message: Message) -> bool:
    """Tell whether an entry has its words, in the plural too where it has one."""
    return all([message.string] if isinstance(message.string, str) else message.string or [""])


def main() -> None:
    """Update all catalogues and print what they lack."""
    for language in Language:
        if language is not Language.EN:
            for text in update(language):
                print(f"{language}: no words yet for {text!r}")  # noqa: T201 - a command's output


if __name__ == "__main__":
    main()
