"""`call-screener lab`: a real Asterisk on this machine to try screening on, without a PBX or a phone."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer

from screener.lab import arguments, calls
from screener.lab.config import EXTENSIONS
from screener.lab.install import LabError
from screener.lab.provision import Release
from screener.lab.setup import LOOPBACK, Trunk
from screener.lab.state import LabState

T = TypeVar("T")

lab_app = typer.Typer(help="The lab exchange: a real Asterisk on loopback.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@lab_app.command()
def up(
    release: Annotated[
        Release, typer.Option(help="Asterisk release: 22, or 16 (the oldest supported).")
    ] = Release.LTS,
    as_json: AsJson = False,
) -> None:
    """Start the lab exchange in the background, fetching Asterisk first if this machine has none."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    started = _run(calls.up(release))
    if as_json:
        typer.echo(json.dumps(_public(started)))
        return
    typer.echo(f"Asterisk {started.version} is running (pid {started.pid}).")
    typer.echo(
        f"SIP {LOOPBACK}:{started.ports.sip}, AMI {LOOPBACK}:{started.ports.ami} (user {started.user})"
    )
    typer.echo(f"Its files, log and account: {started.workdir}")


@lab_app.command()
def down(as_json: AsJson = False) -> None:
    """Stop the lab exchange."""
    stopped = _run(calls.down())
    if as_json:
        typer.echo(json.dumps(asdict(stopped)))
    else:
        what = f"Asterisk {stopped.version}" if stopped.version else "An Asterisk that was left over"
        typer.echo(f"{what} (pid {stopped.pid}) has stopped.")


@lab_app.command()
def call(
    *,
    from_number: Annotated[
        str,
        typer.Option(
            "--from", callback=arguments.caller, help="The number the caller shows; '' for none at all."
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            callback=arguments.called, help="The number called: 1001 to 1009 are phones, others ring 1001."
        ),
    ] = "1001",
    name: Annotated[str, typer.Option(callback=arguments.name, help="The name the caller shows.")] = "",
    seconds: Annotated[
        float, typer.Option(min=0.0, max=60.0, help="How long the caller stays once connected.")
    ] = 3.0,
    trunk: Annotated[Trunk, typer.Option(help="The trunk the call comes in by.")] = Trunk.CARRIER,
    as_json: AsJson = False,
) -> None:
    """Place one real SIP call through the running lab exchange and tell what happened.

    Exit code 0: the call was placed and how it went is known; 1: it could not be placed; 2: wrong input.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with _told():
        lab = calls.need_running()
    report = _run(calls.place_call(lab, from_number, to, name=name, trunk=trunk, seconds=seconds))
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        typer.echo("\n".join(_describe(report, to)))
    if report.caller.status is None:
        typer.echo(
            f"call-screener lab: the exchange (pid {lab.pid}) never said how the call went: it hangs or has "
            f"ended (its log: {lab.workdir}/log/full.log). `call-screener lab down` stops it, `lab up` "
            "starts a new one",
            err=True,
        )
        raise typer.Exit(1)


def _describe(report: calls.CallReport, to: str) -> Iterator[str]:
    caller, phone = report.caller, report.phone
    answers = ", ".join(
        f"{status} {phrase} after {at * 1000:.0f} ms" for status, phrase, at in caller.responses
    )
    yield f"Caller: {answers or 'no response'}"
    cause = "" if caller.cause is None else f" (Q.850 cause {caller.cause})"
    yield f"Caller: the call ended after {caller.seconds:.1f} s, by the {caller.ended_by}{cause}"
    if caller.early_media_seconds:
        yield (
            f"Caller: heard {caller.early_media_seconds:.1f} s of early media, "
            f"{caller.speech_heard_early_seconds:.1f} s of it speech"
        )
    if phone is None:
        yield "Phone: did not ring"
        return
    shown = f"{phone.name!r} {phone.number!r}" if phone.name else repr(phone.number)
    instead = "" if to in EXTENSIONS else f" (the lab has no phone {to})"
    yield f"Phone: {phone.extension} rang{instead} and showed {shown}"
    if phone.answered:
        warned = (
            f"{phone.speech_heard_seconds:.1f} s of speech"
            if phone.speech_heard_seconds >= 0.2
            else "no prompt"
        )
        yield f"Phone: answered, heard {warned} and the caller for {phone.heard_caller_seconds:.1f} s"
    else:
        yield "Phone: was not answered"


def _public(lab: LabState) -> dict[str, object]:
    """The state for display: no secret, paths as text."""
    shown = {**asdict(lab), "workdir": str(lab.workdir)}
    del shown["secret"], shown["doctor_secret"]
    return shown


@contextmanager
def _told() -> Iterator[None]:
    """An error of the lab ends the command with its message instead of a traceback."""
    try:
        yield
    except (LabError, OSError) as error:
        typer.echo(f"call-screener lab: {error}", err=True)
        raise typer.Exit(1) from error


def _run(work: Coroutine[Any, Any, T]) -> T:
    with _told():
        return asyncio.run(work)
