"""A registry of official numbers in a CSV file, read without a database."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blocklist import patterns
from blocklist.entries import OfficialNumber
from blocklist.errors import InvalidPattern, InvalidText
from blocklist.saying import TRUTHS

COLUMNS: Final = ("organisation", "number", "name", "aliases", "inbound_only")
ALIASES_BETWEEN: Final = "|"


class InvalidRegistry(Exception):
    """A registry file that can't be used. The message names file, line, value and remedy, a line each."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """The entries of a file. ``written`` holds each number as the file has it, by the entry's id."""

    officials: tuple[OfficialNumber, ...]
    written: Mapping[int, str]


def read(path: Path) -> RegistryFile:
    """Read ``organisation,number,name,aliases,inbound_only``, in any order of the columns.

    ``aliases`` are separated by ``|``; a range is written ``02373850200-02373850299``; number or name
    may be empty, but not both. Lines that begin with ``#`` are comments. Raises InvalidRegistry for whatever
    can't be read, naming all of it, and OSError.
    """
    officials: list[OfficialNumber] = []
    written: dict[int, str] = {}
    problems: list[str] = []
    for line, row in _rows(path):
        try:
            officials.append(_official(line, row))
        except (ValueError, InvalidPattern, InvalidText) as error:
            problems.append(f"line {line}: {error}")
        written[line] = row["number"].strip()
    if problems:
        raise InvalidRegistry(path, problems)
    return RegistryFile(tuple(officials), written)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            names = [name.strip().lower() for name in header]
            missing = [name for name in ("organisation", "number") if name not in names]
            if missing:
                raise InvalidRegistry(
                    path,
                    [f"line 1 has no column '{missing[0]}'; write {','.join(COLUMNS)}"],
                )
            for cells in reader:
                if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                    continue
                found = dict(zip(names, cells, strict=False))
                yield reader.line_num, {name: found.get(name, "") for name in COLUMNS}
    except UnicodeDecodeError as error:
        raise InvalidRegistry(path, [f"is not UTF-8 ({error.reason}); save it as CSV UTF-8"]) from error
    except csv.Error as error:
        raise InvalidRegistry(path, [f"line {reader.line_num}: {error}; check the quotes"]) from error


def _official(line: int, row: Mapping[str, str]) -> OfficialNumber:
    number, last = patterns.official(row["number"])
    name, organisation = row["name"].strip(), row["organisation"].strip()
    if not number and not (name or organisation):
        raise ValueError("has neither a number nor a name; fill in one")
    truth = TRUTHS.get(row["inbound_only"].strip().lower())
    if truth is None:
        raise ValueError(f"inbound_only = '{row['inbound_only']}' is neither true nor false; write 1 or 0")
    aliases = tuple(alias.strip() for alias in row["aliases"].split(ALIASES_BETWEEN) if alias.strip())
    return OfficialNumber(
        line, number, organisation or name, receives_only=truth, last=last, name=name, aliases=aliases
    )
