"""One call of the labelled set, and what is known of it: values that are written to files and read back."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of the set, each with its own figures."""

    NUMBERS = "numbers"
    """Callers whose number imitates an official one."""
    NAMES = "names"
    """Callers whose display name imitates an office, from a number that is not its own."""
    MIXED = "mixed"
    """Ordinary callers from all over, a part of them with a name."""
    ORDINARY_NAMES = "ordinary_names"
    """Ordinary callers who all show a name, the hard ones more often than in life."""
    LOCAL = "local"
    """Ordinary landlines of the exchanges in which a crowded registry's numbers lie."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is handed to the judge. ``group`` says what sort it is within its part: kind, disguise, line."""

    id: str
    part: Part
    group: str
    number: str
    name: str = ""
    kind: str | None = None
    """The kind of imitation, or None for an ordinary caller."""
    imitates: tuple[str, ...] = ()
    """Official numbers, as the registry has them, any of which is a right answer; none: any answer is."""

    def question(self) -> str:
        """Return the line that the judge reads; it tells nothing of the label."""
        asked = {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "called": "1001",
            "trunk": "carrier",
        }
        return json.dumps(asked, ensure_ascii=False)

    def label(self) -> str:
        """Return the line that ``read`` takes."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(line: str) -> Case:
    """Read a line of labels."""
    values = json.loads(line)
    return Case(**{**values, "part": Part(values["part"]), "imitates": tuple(values["imitates"])})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the judge said of a case."""

    action: str
    rule: str
    kind: str | None
    imitates: str | None

    @property
    def caught(self) -> bool:
        """Tell whether anything was done about the call."""
        return self.action != "allow"
