"""The examination of one PBX: is it there, may we do what we need to, is our dialplan in place and used?"""

import re
import socket
import ssl
from collections.abc import Iterator
from typing import Final

from screener import contract, dialplan_listing, reach, release, rights, running
from screener.console import Console, Denied, NoAnswer, State
from screener.finding import Finding, Level, fail, ok, warn
from screener.paths import dialplan_dir
from screener.reach import Cause
from screener.running import Link
from screener.settings import PbxSettings

CONNECT_WITHIN: Final = 5.0
_IS_TLS: Final = Cause(
    "the port waits for TLS, but tls = true is not set",
    "set tls = true, with tls_ca, or give the port of plain AMI (as a rule 5038; port in manager.conf)",
)
_BANNER: Final = re.compile(r"Asterisk Call Manager/\S+")


def examine(name: str, settings: PbxSettings, link: Link | None = None) -> Iterator[Finding]:
    """Give the findings on a PBX, in the order in which they have to be mended.

    ``link`` is what a service that runs here says of it.
    """
    yield from _exchange(name, settings, link)
    if link is not None:
        yield from running.link(name, link)
    yield from running.enforcing(name, settings, link)


def _exchange(name: str, settings: PbxSettings, link: Link | None) -> Iterator[Finding]:
    where = f"{settings.host}:{settings.port}"
    try:
        banner = _banner(settings)
    except OSError as error:
        if not settings.tls and isinstance(error, TimeoutError) and _speaks_tls(settings):
            cause = _IS_TLS
        else:
            cause = reach.why(error, settings)
        yield fail(name, f"can't reach {where}: {cause.text}", cause.remedy)
        return
    if not _BANNER.fullmatch(banner):
        yield fail(name, f"{where} is no Asterisk manager: it says {banner[:60]!r}", "check host and port")
        return
    yield ok(name, f"{where} is reachable and speaks AMI ({banner})")
    if settings.tls:
        yield warn(
            name,
            "behind TLS no more is examined: the doctor's AMI client knows no TLS",
            "run doctor on the PBX itself, with settings for its plain port on 127.0.0.1",
        )
        return
    login = _login(name, settings)
    yield login
    if settings.doctor_secret is None:
        yield warn(
            name,
            "rights, version, modules, dialplan, prompts and hook are not examined",
            f"make the account [{settings.doctor_username}] of dialplan/manager.conf, give its doctor_secret",
        )
        return
    secret = settings.doctor_secret.get_secret_value()
    try:
        with Console(settings.host, settings.port, settings.doctor_username, secret) as console:
            # Who can't log in, or runs here and tells of it below, need not be told to start.
            told = login.level is Level.FAIL or link is not None
            yield from _look_round(name, settings, console, told)
    except Denied as denied:
        yield fail(
            name,
            f"account '{settings.doctor_username}' is refused: {denied}",
            "compare it with dialplan/manager.conf (read = user; write = command,originate) and secret",
        )
    except (NoAnswer, OSError) as error:
        yield fail(name, f"the examination broke off: {error}", "is Asterisk stuck? look at its log")


def _banner(settings: PbxSettings) -> str:
    """Return the line that the peer greets with. Raises OSError."""
    with socket.create_connection((settings.host, settings.port), CONNECT_WITHIN) as plain:
        if not settings.tls:
            return _line(plain)
        context = ssl.create_default_context(cafile=settings.tls_ca)
        with context.wrap_socket(plain, server_hostname=settings.host) as encrypted:
            return _line(encrypted)


def _speaks_tls(settings: PbxSettings) -> bool:
    """Tell whether a port that says nothing by itself waits for TLS; no certificate is asked for."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((settings.host, settings.port), CONNECT_WITHIN) as plain:
            context.wrap_socket(plain, server_hostname=settings.host).close()
    except OSError:
        return False
    return True


def _line(peer: socket.socket) -> str:
    data = b""
    while b"\n" not in data and len(data) < 1000 and (more := peer.recv(1000)):
        data += more
    return data.partition(b"\n")[0].decode("utf-8", "replace").strip()


def _login(name: str, settings: PbxSettings) -> Finding:
    """Try the listener's own account.

    The dialplan counts its logins and asks as long as there is one, so this one hears nothing, does nothing
    and is over in a millisecond: a call in that moment waits out the hold limit and rings.
    """
    account = f"account '{settings.username}'"
    try:
        with Console(
            settings.host, settings.port, settings.username, settings.secret.get_secret_value(), events=False
        ):
            return ok(name, f"{account} may log in")
    except Denied as denied:
        return fail(
            name,
            f"{account} may not log in: {denied}",
            "check username and secret in our settings, secret and permit in manager.conf, "
            "and that allowmultiplelogin is not 'no' there",
        )
    except (NoAnswer, OSError) as error:
        return fail(name, f"{account}: no answer to its login: {error}", "is Asterisk stuck? look at its log")


def _look_round(name: str, settings: PbxSettings, console: Console, told: bool) -> Iterator[Finding]:
    yield from release.version(name, settings, "\n".join(console.command("core show version")))
    yield from rights.examine(name, settings, console.command(f"manager show user {settings.username}"))
    yield from release.modules(name, settings, console.command("module show"))
    listing = dialplan_listing.read(console.command("dialplan show"))
    yield from dialplan_listing.examine(name, settings, listing)
    if contract.DOCTOR not in listing.contexts:
        return
    prompts = sorted(path.stem for path in (dialplan_dir() / "prompts/audio").glob("*.wav"))
    state = console.look(prompts, settings.username)
    yield from _dialplan(name, prompts, state)
    if state is not None:
        held = dialplan_listing.globals_in(console.command("dialplan show globals"))
        if state.sessions or not told:
            yield running.listener(name, settings, held, state.sessions)


def _dialplan(name: str, prompts: list[str], state: State | None) -> Iterator[Finding]:
    if state is None:
        yield fail(
            name,
            "our dialplan's test extension did not answer",
            "copy dialplan/extensions_call_screener.conf again, then 'dialplan reload'; see Asterisk's log",
        )
        return
    if state.version not in contract.UNDERSTOOD:
        yield fail(
            name,
            f"our dialplan is of version {state.version} of the call contract, "
            f"the service understands {', '.join(sorted(contract.UNDERSTOOD))}",
            "copy dialplan/extensions_call_screener.conf from this release, then 'dialplan reload'",
        )
    else:
        yield ok(name, f"our dialplan is loaded, version {state.version} of the call contract")
    if state.seen != len(prompts):
        yield warn(name, "the prompts were not examined", "load func_cut, func_strings and func_env")
    elif state.missing:
        yield fail(
            name,
            f"{len(state.missing)} prompts are not there: {', '.join(state.missing)}",
            f"copy dialplan/prompts/audio to Asterisk's sounds folder as {contract.SOUNDS}/",
        )
    else:
        yield ok(name, f"all {len(prompts)} prompts are there")
