"""The form of an official number: what was typed, what is made of it, what is said where it can't be used."""

from typing import Annotated, Any, Final

from fastapi import Form
from pydantic import BaseModel

from api.pages.form_refusals import Told
from api.pages.navigation import N_
from api.schemas.officials import OfficialNew
from blocklist.drafts import OfficialDraft, official_number
from blocklist.models import Official


class OfficialForm(BaseModel):
    """What somebody typed, as text. ``aliases`` has one name a line; ``last_checked`` is a day or empty."""

    number: str = ""
    organisation: str = ""
    name: str = ""
    aliases: str = ""
    receives_only: bool = False
    confirmed: bool = False
    note: str = ""
    source: str = ""
    last_checked: str = ""
    version: str = ""
    """Of what was shown; a change of anything else is refused."""
    back: str = ""
    """The page to go back to."""

    @classmethod
    def of(cls, official: Official, back: str) -> "OfficialForm":
        """Return the form as a stored official number fills it."""
        return cls(
            number=official_number(official) if official.number else "",
            organisation=official.organisation,
            name=official.name,
            aliases="\n".join(official.aliases),
            receives_only=official.receives_only,
            confirmed=official.confirmed,
            note=official.note,
            source=official.source,
            last_checked=official.last_checked.isoformat() if official.last_checked else "",
            version=official.version,
            back=back,
        )

    def draft(self) -> OfficialDraft:
        """Return what is to be stored; the API's own schema looks at it. Raises ValidationError."""
        fields: dict[str, Any] = self.model_dump(exclude={"version", "back"})
        fields["aliases"] = [alias for line in self.aliases.splitlines() if (alias := line.strip())]
        fields["last_checked"] = self.last_checked or None
        return OfficialDraft(**OfficialNew.model_validate(fields).model_dump())


Filled = Annotated[OfficialForm, Form()]

TOLD: Final = Told(
    "number",
    {
        "number": N_(
            "This is neither a telephone number nor a range of them. Write it in full, as in 0237 3725 725, "
            "or a range as in 02373850200 - 02373850299."
        ),
        "organisation": N_("Write which office it is, in 300 characters at most."),
        "name": N_(
            "Without a number the name on the display is needed, 300 characters at most, none of them "
            "invisible."
        ),
        "aliases": N_("Write one other name a line, 50 at most, without the sign |."),
        "note": N_("The note is too long, or holds characters that can't be stored."),
        "source": N_("The source is too long, or holds characters that can't be stored."),
        "last_checked": N_("This is no day. Choose it from the calendar, or leave it empty."),
    },
    N_("This number is in the registry already."),
)
