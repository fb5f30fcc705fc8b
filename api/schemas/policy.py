"""The policy on the wire: the same tables as in its file, and its revisions."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.paging import Limited
from api.schemas.fields import MAX_ID, Out, Utc
from blocklist.kinds import LookalikeKind
from screener import policy_file, policy_tables
from screener.calls import Action, Rule
from screener.models import PolicyRevision
from screener.policies import Revised
from screener.policy_actions import KindAction


class ThresholdOut(Out):
    """How many are too many within some minutes; 0 is off."""

    count: int
    minutes: int


class BehaviourOut(Out):
    """From what on a caller rings as campaigns do."""

    many_extensions: ThresholdOut
    many_calls: ThresholdOut
    many_of_prefix: ThresholdOut
    many_short_calls: ThresholdOut
    short_seconds: int
    block_minutes: int


class HoursOut(Out):
    """Opening hours, each as ``07:30-11:30``; on holidays the whole day is closed."""

    time_zone: str
    monday: list[str]
    tuesday: list[str]
    wednesday: list[str]
    thursday: list[str]
    friday: list[str]
    saturday: list[str]
    sunday: list[str]
    holidays: list[date]


class OverridesOut(Out):
    """What rules and kinds of lookalike ask for instead."""

    rules: dict[Rule, Action]
    kinds: dict[LookalikeKind, KindAction]


class GroupOut(Out):
    """Dialled numbers for which something else is asked for: always, while open, while closed."""

    numbers: list[str]
    always: OverridesOut | None = None
    open: OverridesOut | None = None
    closed: OverridesOut | None = None


class TablesOut(Out):
    """A policy, with the keys of its file."""

    by_chance: KindAction
    rules: dict[Rule, Action]
    kinds: dict[LookalikeKind, KindAction]
    behaviour: BehaviourOut
    hours: HoursOut | None = None
    groups: dict[str, GroupOut] = Field(default_factory=dict)


class PolicyOut(Out):
    """The policy in force, as its file (``toml``) and as JSON; revision 0 is the default, by nobody."""

    revision: int
    at: Utc | None
    author: str
    changes: list[str]
    toml: str
    policy: TablesOut

    @classmethod
    def of(cls, found: Revised) -> "PolicyOut":
        """Write a policy out."""
        return cls(
            revision=found.revision,
            at=found.at,
            author=found.author,
            changes=list(found.changes),
            toml=policy_file.write(found.policy),
            policy=TablesOut.model_validate(policy_tables.write(found.policy)),
        )


class RevisionOut(Out):
    """A revision: by whom, when, and what it changed."""

    revision: int
    at: Utc
    author: str
    changes: list[str]

    @classmethod
    def of(cls, row: PolicyRevision) -> "RevisionOut":
        """Write a row out."""
        return cls(revision=row.id, at=row.at, author=row.author, changes=row.changes.split("\n"))


class HistoryQuery(Limited):
    """Which part of the history is asked for."""

    after: Annotated[int | None, Field(ge=1, le=MAX_ID, description="From `next`.")] = None
