"""What every page is shown in: its reader's language and look, the way to the other pages, who is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.conventions import Conventions
from api.deps import Services
from api.languages import Language, translations
from api.pages.navigation import PLACES, Place
from blocklist.drafts import written
from screener import words
from screener.access.roles import Permission
from screener.access.user_sessions import SignedIn
from screener.words import Words

LANGUAGE_COOKIE: Final = "language"
LOOK_COOKIE: Final = "look"
Choice = TypeVar("Choice", bound=StrEnum)
_TEMPLATES: Final = Path(__file__).parents[1] / "templates"


class Look(StrEnum):
    """Light or dark; ``SYSTEM`` follows the reader's machine."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Frame:
    """How one request's page is shown. ``path`` is the page's own, for the navigation and to come back to."""

    language: Language
    look: Look
    path: str
    local: Conventions
    user: SignedIn | None = None
    """Who reads it; None on the pages before the sign-in."""

    @property
    def places(self) -> tuple[Place, ...]:
        """The menu: the places that the reader may open."""
        return tuple(place for place in PLACES if self.may(place.needs))

    def may(self, permission: str) -> bool:
        """Tell whether the reader holds a permission, for what is shown; each route looks for itself."""
        return self.user is not None and self.user.role.may(Permission(permission))

    def render(self, template: str, **values: object) -> str:
        """Fill a template, which also has the frame and everything that ``environment`` knows."""
        return fill(template, self.local, frame=self, **values)

    def page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> HTMLResponse:
        """Answer with a whole page."""
        return HTMLResponse(self.render(template, **values), status)


def framed(request: Request) -> Frame:
    """Return the frame that a request asks for: Vietnamese and the system's look where nobody chose."""
    services: Services = request.app.state.services
    language = _chosen(Language, request.cookies.get(LANGUAGE_COOKIE), Language.VI)
    return Frame(
        language=language,
        look=_chosen(Look, request.cookies.get(LOOK_COOKIE), Look.SYSTEM),
        path=request.url.path,
        local=Conventions(language, services.zone),
        user=getattr(request.state, "signed_in", None),
    )


Framed = Annotated[Frame, Depends(framed)]


def fill(template: str, local: Conventions, **values: object) -> str:
    """Fill a template for one language; for parts that go to all of its readers alike."""
    return environment(local.language).get_template(template).render(local=local, **values)


@cache
def environment(language: Language) -> Environment:
    """Return the templates in a language: ``_()`` and ``ngettext()`` give its words.

    Filters: ``said`` picks the language of ``screener.words.Words``, ``visible`` shows the characters of a
    caller's text that hide, ``written`` gives an entry of the lists as one writes it.
    """
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    texts = translations(language)
    made.install_gettext_callables(  # type: ignore[attr-defined] # added by the extension
        texts.gettext, texts.ngettext, newstyle=True
    )
    filters: Mapping[str, Callable[..., object]] = {
        "visible": words.visible,
        "said": _said(language),
        "written": written,
    }
    made.filters.update(filters)
    made.globals.update(languages=tuple(Language), looks=tuple(Look))
    return made


def _said(language: Language) -> Callable[[Words], str]:
    return lambda said: said.vi if language is Language.VI else said.en


def _chosen(choices: type[Choice], value: str | None, default: Choice) -> Choice:
    return next((choice for choice in choices if choice == value), default)
