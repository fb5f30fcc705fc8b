"""The README tells what is so: settings, metrics, rules, commands and files are held against the code."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel, SecretStr
from typer.core import TyperGroup

from screener.cli import app
from screener.metrics import Metrics
from screener.policy import CHANGEABLE_RULES, DEFAULT_ACTIONS
from screener.rules import ORDER
from screener.settings import PbxSettings, Settings, SiteSettings, TrunkSettings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [
    path
    for path in (
        ROOT / "README.md",
        ROOT / "deploy/README.md",
        ROOT / "dialplan/README.md",
        ROOT / "docs/policy.md",
        ROOT / "docs/audit.md",
        ROOT / "docs/api.md",
    )
    if path.exists()
]


def _rows(heading: str) -> list[list[str]]:
    """The table of a section, without its head, cell by cell."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]


def _keys() -> Iterator[tuple[str, type[BaseModel], str]]:
    """Every setting: its key as the README writes it, its table and its name there."""
    for name in Settings.model_fields:
        if name not in {"site", "pbx"}:
            yield name, Settings, name
    for name in SiteSettings.model_fields:
        yield f"site.{name}", SiteSettings, name
    for name in PbxSettings.model_fields:
        if name != "trunks":
            yield f"pbx.NAME.{name}", PbxSettings, name
    for name in TrunkSettings.model_fields:
        yield f"pbx.NAME.trunks.ENDPOINT.{name}", TrunkSettings, name


def _default(table: type[BaseModel], name: str) -> str:
    field = table.model_fields[name]
    value = field.default
    if field.is_required():
        return "required"
    if isinstance(value, SecretStr):
        return f"`{value.get_secret_value()}`" if value.get_secret_value() else "empty"
    if value is None:
        return "the PBX's" if name == "mode" else "none"
    if value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _variable(key: str) -> str:
    if ".trunks." in key:
        return "–"
    if key.startswith("pbx."):
        return f"`CALL_SCREENER_AMI_{key.rsplit('.', 1)[1].upper()}`"
    return f"`CALL_SCREENER_{key.replace('.', '__').upper()}`"


def test_the_settings_table_has_every_key_with_default_and_variable() -> None:
    told = [(row[0].strip("`"), row[1], row[3]) for row in _rows("Settings")]
    there = [(key, _default(table, name), _variable(key)) for key, table, name in _keys()]
    assert sorted(told) == sorted(there)


def test_the_metrics_table_has_every_metric_with_its_labels_and_help() -> None:
    told = [(row[0].strip("`"), row[1], row[2]) for row in _rows("Metrics")]
    there = []
    for metric in vars(Metrics()).values():
        described = getattr(metric, "describe", None)
        if described is None or not hasattr(metric, "_labelnames"):
            continue
        (family,) = described()
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = ", ".join(f"`{label}`" for label in metric._labelnames) or "–"
        there.append((name, labels, family.documentation))
    assert sorted(told) == sorted(there)


def test_the_rules_table_has_every_rule_with_its_action() -> None:
    told = {}
    for row in _rows("Rules"):
        match = re.fullmatch(r"`(\w+)`( \*)?", row[1])
        assert match, row
        told[match[1]] = (row[3], bool(match[2]))
    assert told == {
        rule.value: (action.value, rule in CHANGEABLE_RULES) for rule, action in DEFAULT_ACTIONS.items()
    }
    assert list(told)[:3] == ["exempt", "own_number", "receives_only"]
    assert [rule.__name__ for rule in ORDER[-3:]] == list(told)[-4:-1]


def _commands() -> set[str]:
    """Every mention of the command with what follows, in code of the pages."""
    code = [
        part for page in PAGES for part in re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), re.DOTALL)
    ]
    mentions = (
        re.findall(r"(?<![\w./-])(?<!-[gu] )(?:\S*/bin/)?call-screener ([a-z][^\n`|;#&)]*)", part)
        for part in code
    )
    return {mention.strip() for found in mentions for mention in found}


@pytest.mark.parametrize("line", sorted(_commands()))
def test_every_command_that_is_named_is_there(line: str) -> None:
    command: Any = typer.main.get_command(app)
    words = shlex.split(line.replace('"', ""))
    while isinstance(command, TyperGroup):
        word = words.pop(0)
        assert word in command.commands, f"there is no command {word!r} in {line!r}"
        command = command.commands[word]
        if not words:
            return
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_commands_are_found_in_the_readme() -> None:
    assert len(_commands()) > 8


def test_every_make_target_is_there() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make (\w+)`", README)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_files_that_are_named_are_there() -> None:
    for name in re.findall(r"`((?:blocklist|screener|api|dialplan|deploy|tests)/[\w./-]*)`", README):
        assert (ROOT / name).exists() or (
            ROOT / "dialplan" / name.removeprefix("screener/dialplan")
        ).exists(), name
