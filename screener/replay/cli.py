"""The command ``replay``: calls of the past through today's rules."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from screener import call_log, judged_by, output_file, policy_file, settings_file
from screener.config_option import ConfigFile
from screener.progress import progress
from screener.remedies import told
from screener.replay import machine, own_log, text
from screener.replay.judge import Judge, no_trunk
from screener.replay.lines import Lines
from screener.replay.machine import ChangedCalls
from screener.replay.past import Past
from screener.replay.reading import Reading, UnknownFile
from screener.replay.report import Names, put_together
from screener.replay.spool import Spool
from screener.replay.tally import Tally
from screener.service_database import opened
from screener.settings import Settings
from screener.since import Since
from screener.snapshot import Snapshot


def replay(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Asterisk's Master.csv, FreePBX's CDR export, or a file of 'calls export'.",
        ),
    ] = None,
    log: Annotated[bool, typer.Option("--calls", help="Replay the call log instead of a file.")] = False,
    since: Since = None,
    registry: Annotated[
        Path | None,
        typer.Option(
            help="A CSV of official numbers (organisation,number,name,aliases,inbound_only) to judge by, "
            "with the default policy, instead of the database."
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="A proposed policy (TOML, see docs/policy.md) instead of the one in force."),
    ] = None,
    trunk: Annotated[
        list[str] | None, typer.Option(help="Take calls over this trunk only (may be repeated).")
    ] = None,
    context: Annotated[
        list[str] | None, typer.Option(help="Take calls in this context only (may be repeated).")
    ] = None,
    utc: Annotated[
        bool, typer.Option("--utc", help="The file's times are in UTC (cdr.conf: usegmtime=yes).")
    ] = False,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How many numbers to list.")] = 20,
    csv: Annotated[
        Path | None, typer.Option(help="Write the calls that would go otherwise to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Judge calls of the past by the rules of today: what would have become of them?

    Nothing is changed. Told are counts by rule, the calls that would go otherwise, the numbers hit most, and
    callers who were talked to for minutes on several days and would be caught: possible false positives.
    """
    if (file is None) is not log:
        raise typer.BadParameter("name a file, or the call log with --calls: one of the two")
    if since is not None and not log:
        raise typer.BadParameter("--since goes with --calls")
    if csv is not None:
        output_file.check(csv, (file, registry, policy, config))
    with told(), ExitStack() as stack:
        settings = settings_file.load(config) if registry is None or log else None
        snapshot = _snapshot(registry, settings)
        proposed = policy_file.read(policy) if policy is not None else None
        trusts = settings.trusts if settings is not None else no_trunk
        today = Judge(snapshot, trusts)
        judge = Judge(replace(snapshot, policy=proposed), trusts) if proposed else today
        spool = stack.enter_context(Spool())
        if file is not None:
            tally = Tally(judge, spool, today if proposed else None)
            reading = Reading(file, _lines(trunk, context, settings), utc=utc)
            _read(reading, spool)
            changed = _changed(csv, stack)
            _judge(spool.calls(), len(spool), tally, changed)
        else:
            assert settings is not None
            tally, reading = Tally(judge, spool), None
            database = stack.enter_context(opened(settings))
            changed = _changed(csv, stack)
            past = (own_log.of(record) for record in call_log.calls(database.sessions, since))
            _judge(past, call_log.count(database.sessions, since), tally, changed)
        found = put_together(_names(file, registry, policy, reading), reading, tally, spool, top)
    typer.echo(machine.as_json(found) if as_json else text.as_text(found))


def _snapshot(registry: Path | None, settings: Settings | None) -> Snapshot:
    if registry is not None:
        return judged_by.registry(registry)[0]
    assert settings is not None
    return judged_by.in_force(settings)


def _judge(calls: Iterable[Past], total: int, tally: Tally, changed: ChangedCalls | None) -> None:
    with progress("judging") as show:
        for past in calls:
            verdict, otherwise = tally.take(past)
            if changed is not None and otherwise is not None:
                changed.write(past, verdict, otherwise)
            if tally.calls % 1024 == 0:
                show(tally.calls, total)


def _read(reading: Reading, spool: Spool) -> None:
    try:
        with progress("reading") as show:
            for past in reading.records(show):
                spool.add(past)
    except UnknownFile as error:
        typer.echo(f"call-screener: {error}", err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"call-screener: {error.filename}: {error.strerror}; name a CSV file", err=True)
        raise typer.Exit(2) from None


def _changed(path: Path | None, stack: ExitStack) -> ChangedCalls | None:
    """Begin the file of changed calls; ``output_file`` has tried before whether it can be written."""
    if path is None:
        return None
    return ChangedCalls(stack.enter_context(path.open("w", encoding="utf-8-sig", newline="")))


def _lines(trunks: list[str] | None, contexts: list[str] | None, settings: Settings | None) -> Lines:
    """Return which lines come from outside; the settings know some of them."""
    asked = Lines(trunks=frozenset(trunks or ()), contexts=frozenset(contexts or ()))
    if settings is None:
        return asked
    pbxs = settings.pbx.values()
    return replace(
        asked,
        known_trunks=frozenset(name for pbx in pbxs for name in pbx.trunks),
        known_contexts=frozenset(context for pbx in pbxs for context in pbx.inbound_contexts),
        site=settings.site.site(),
    )


def _names(file: Path | None, registry: Path | None, policy: Path | None, reading: Reading | None) -> Names:
    rules = str(policy) if policy else "the default policy" if registry else "the policy in force"
    lists = f"the registry {registry}" if registry else "the lists and registry in force"
    if reading is None or reading.is_own_log:
        compared = "the recorded verdicts"
    elif policy is not None:
        compared = "the default policy" if registry else "the policy in force"
    else:
        compared = "what happened: every phone rang"
    return Names(str(file) if file else "call log", f"by {rules} and {lists}", compared)
