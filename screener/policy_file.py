"""The policy as a TOML file: what operators write, and what the database keeps of each revision."""

import tomllib
from pathlib import Path
from typing import Final, NamedTuple

import tomlkit

from screener import policy_tables
from screener.policy import Policy
from screener.policy_problems import InvalidPolicy, Problem
from screener.policy_tables import REVISION
from screener.settings_problems import explain_toml

LARGEST: Final = 1 << 20
"""Bytes; a policy with a thousand groups has a tenth of them."""


class Exported(NamedTuple):
    """A policy, and the revision that its file was exported from; None where it doesn't say."""

    policy: Policy
    revision: int | None


def read(path: Path) -> Policy:
    """Read a policy's file. Raises InvalidPolicy, with every problem, and for a file that can't be read."""
    return read_exported(path).policy


def read_exported(path: Path) -> Exported:
    """Read a policy's file with the revision that it was exported from. Raises InvalidPolicy."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "is no path"
        raise InvalidPolicy([Problem("", "", f"{why}; check the path and its rights")], str(path)) from None
    try:
        return _parse(data)
    except InvalidPolicy as error:
        raise InvalidPolicy(error.problems, str(path)) from None


def parse(text: str) -> Policy:
    """Read a policy's text. Raises InvalidPolicy, with every problem."""
    return _parse(text.encode("utf-8", "replace")).policy


def write(policy: Policy, revision: int | None = None) -> str:
    """Return the text of a policy, every key written out; ``revision`` tells where it was exported from."""
    document = tomlkit.document()
    if revision is not None:
        document[REVISION] = revision
    for name, table in policy_tables.write(policy).items():
        document[name] = table
    for name in policy_tables.THRESHOLDS:
        threshold = tomlkit.inline_table()
        threshold.update(document["behaviour"][name])
        document["behaviour"][name] = threshold
    return tomlkit.dumps(document)


def _parse(data: bytes) -> Exported:
    tables = _toml(data)
    policy, revision = policy_tables.read(tables), tables.get(REVISION)
    return Exported(policy, revision if isinstance(revision, int) else None)


def _toml(data: bytes) -> dict[str, object]:
    if len(data) > LARGEST:
        raise _not_toml(f"is larger than {LARGEST} bytes; write a policy")
    try:
        # Editors on Windows begin a file with a mark. The line feed lets an error at the end name its line.
        return tomllib.loads(data.decode("utf-8-sig") + "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _not_toml(f"not UTF-8 (at line {line}); save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(f"{explain_toml(str(error))}; correct the line") from None
    except (ValueError, RecursionError):
        why = "a number has too many digits, or too many brackets stand in one another; correct it"
        raise _not_toml(f"not valid TOML: {why}") from None


def _not_toml(why: str) -> InvalidPolicy:
    return InvalidPolicy([Problem("", "", why)])
