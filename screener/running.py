"""Whether a service runs, and screens: as it says itself over HTTP, and as the PBX counts its logins."""

import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final

from pydantic import BaseModel, ValidationError

from screener import contract
from screener.finding import Finding, fail, ok, warn
from screener.health import LinkState
from screener.outage import Outage
from screener.settings import PbxSettings, Settings

ANSWER_WITHIN: Final = 5.0
"""Seconds; the answer takes milliseconds."""
_LONGEST: Final = 1_000_000
_UNDER_WAY: Final = frozenset({LinkState.CONNECTING, LinkState.BOOTING})


class Link(BaseModel):
    """What a running service says of its link to one PBX."""

    pbx: str
    state: LinkState
    detail: str
    enforce: bool


class Service(BaseModel):
    """What a running service says of itself."""

    ready: bool
    causes: tuple[str, ...]
    links: tuple[Link, ...]
    journal_writable: bool
    outage: Outage | None

    def link(self, pbx: str) -> Link | None:
        """Return the link to the PBX of this name."""
        return next((link for link in self.links if link.pbx == pbx), None)


class NoService(Exception):
    """What answers, or doesn't, at the settings' address, as a finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def ask(settings: Settings) -> Service:
    """Ask the service at the settings' host and port. Raises NoService."""
    connection = _connection(settings)
    subject = _subject(settings)
    try:
        connection.request("GET", "/health/ready")
        return Service.model_validate_json(connection.getresponse().read(_LONGEST))
    except TimeoutError:
        remedy = "restart the service, or stop the program that has its port"
        text = f"something listens there, but gives no answer within {ANSWER_WITHIN:g} s"
        raise NoService(fail(subject, text, remedy)) from None
    except (HTTPException, ValidationError):
        remedy = "stop it, or set another port; after an update, restart the service"
        text = "another program listens there, or another version of call-screener"
        raise NoService(fail(subject, text, remedy)) from None
    except OSError:
        remedy = (
            "start it once the lines below are right: systemctl start call-screener, or call-screener run"
        )
        raise NoService(warn(subject, "none runs here", remedy)) from None
    finally:
        connection.close()


def examine(settings: Settings, service: Service) -> Iterator[Finding]:
    """Tell how the running service does, but for what ``link`` tells of each PBX in the settings."""
    subject = _subject(settings)
    for cause in service.causes:
        what, _, remedy = cause.partition(": ")
        yield fail(subject, f"runs, but is of no use: {what}", remedy or "see its log")
    if service.ready and service.outage:
        yield warn(
            subject,
            f"runs, but can't read its lists since {service.outage.since:%Y-%m-%d %H:%M:%S} UTC: "
            f"{service.outage.why}. Calls are screened by those in memory, and recorded",
            service.outage.remedy,
        )
    if service.ready and not service.journal_writable:
        yield warn(
            subject,
            "runs, but can't write its journal: records wait in memory, and are lost if it stops",
            f"free space on the disk of {settings.state_dir}, and give that folder to the service's user",
        )
    if service.ready and service.journal_writable and not service.outage:
        yield ok(subject, "runs")
    for known in service.links:
        if known.pbx not in settings.pbx:
            yield from link(f"pbx {known.pbx}", known)


def link(name: str, known: Link) -> Iterator[Finding]:
    """Tell whether a running service is connected to a PBX."""
    if known.state is LinkState.UP:
        yield ok(name, "the service that runs here is logged in, and hears it")
    elif known.state in _UNDER_WAY:
        yield warn(
            name,
            f"the service that runs here is not logged in yet: {known.detail}",
            "look again in a minute",
        )
    else:
        yield fail(
            name,
            f"the service runs here, but calls ring unscreened: its link is {known.state}: {known.detail}",
            "it tries again by itself, within five minutes at most; a restart makes it try at once",
        )


def enforcing(name: str, settings: PbxSettings, known: Link | None) -> Iterator[Finding]:
    """Tell of a PBX that is monitor-only, and of a service that was started with other settings."""
    if known is not None and known.enforce is not settings.enforce:
        yield warn(
            name,
            f"the settings say enforce = {str(settings.enforce).lower()}, the service that runs was started "
            f"with {str(known.enforce).lower()}",
            "restart the service",
        )
    if not settings.enforce:
        yield warn(
            name,
            "monitor-only: calls are judged and recorded, none is touched",
            "once the verdicts are right, set enforce = true for it and restart the service",
        )


def listener(name: str, settings: PbxSettings, held: dict[str, str], sessions: int) -> Finding:
    """Tell whether a service is connected now, by the PBX's global variables and its count of logins."""
    token, user = held.get(contract.TOKEN, ""), held.get(contract.USER, "")
    if not sessions and token:
        return fail(
            name,
            "no listener is logged in any more (one was here since Asterisk started): calls ring unscreened",
            "start the service; its log says why it ended",
        )
    if not sessions:
        return warn(
            name,
            "no listener is logged in (none was here since Asterisk started): calls ring unscreened",
            "start the service",
        )
    if not token:
        return warn(
            name,
            "a listener is logged in, but the PBX has no token: calls ring unscreened",
            "wait two seconds and look again; then see the service's log",
        )
    if user != settings.username:
        return warn(
            name,
            f"the dialplan asks for logins of account '{user}', the settings name '{settings.username}'",
            "let every listener of this PBX use one account",
        )
    return ok(name, f"a listener is connected ({sessions} logins)")


def _connection(settings: Settings) -> HTTPConnection:
    if settings.tls is None:
        return HTTPConnection(settings.host, settings.port, timeout=ANSWER_WITHIN)
    # The very certificate of the settings is asked for, under whatever name it was made.
    context = ssl.create_default_context(cafile=settings.tls[0])
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return HTTPSConnection(settings.host, settings.port, timeout=ANSWER_WITHIN, context=context)


def _subject(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"service {'https' if settings.tls else 'http'}://{host}:{settings.port}/"
