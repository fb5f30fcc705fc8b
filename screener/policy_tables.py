"""A policy as the tables of its file, both ways. ``docs/policy.md`` describes every key."""

from collections.abc import Mapping
from typing import Final

from blocklist.kinds import LookalikeKind
from screener import policy_actions
from screener.activity import CALLS_OF_ONE
from screener.calls import Rule
from screener.groups import Group, Overrides, When
from screener.hours import DAYS, TIME_ZONE, Hours, NoSuchTimeZone
from screener.policy import (
    DEFAULT_ACTIONS,
    DEFAULT_KINDS,
    Behaviour,
    Policy,
    Threshold,
)
from screener.policy_actions import AS_RULE, RULES, KindAction, in_words, kind_action
from screener.policy_problems import InvalidPolicy, place
from screener.policy_reading import Reading

Tables = dict[str, object]
"""What TOML holds: texts, whole numbers, dates, lists of these, and tables by name."""

REVISION: Final = "revision"
"""Key of the revision that a file was exported from; it is no part of the policy."""
BY_CHANCE: Final = "by_chance"
"""Key of what becomes of a warning where an ordinary line may look like an official one by chance."""
LAST_REVISION: Final = 2**31 - 1
TOP: Final = (REVISION, BY_CHANCE, "rules", "kinds", "behaviour", "hours", "groups")
THRESHOLDS: Final = ("many_extensions", "many_calls", "many_of_prefix", "many_short_calls")
LONGEST_WINDOW: Final = 24 * 60
LONGEST_BLOCK: Final = 366 * 24 * 60
LONGEST_NAME: Final = 64


def read(tables: Mapping[str, object]) -> Policy:
    """Make a policy of its tables; what is left out has its default.

    Raises InvalidPolicy, with everything that is wrong.
    """
    reading = Reading()
    top = reading.table("", tables, TOP)
    reading.number(REVISION, top.get(REVISION, 0), 0, LAST_REVISION)
    general = policy_actions.overrides(reading, (), top, kinds=DEFAULT_KINDS)
    by_chance = reading.choice(BY_CHANCE, top.get(BY_CHANCE, KindAction.TAG), KindAction, AS_RULE)
    behaviour = _behaviour(reading, top.get("behaviour", {}))
    hours = _hours(reading, top["hours"]) if "hours" in top else None
    groups = _groups(reading, top.get("groups", {}), with_hours="hours" in top)
    if reading.problems:
        raise InvalidPolicy(reading.problems)
    return Policy(
        {**DEFAULT_ACTIONS, **general.rules},
        general.kinds,
        policy_actions.action(by_chance),
        behaviour,
        hours,
        groups,
    )


def write(policy: Policy) -> Tables:
    """Return the tables of a policy, each key written out. What ``read`` makes of them equals the policy."""
    behaviour: Tables = {name: _threshold_table(getattr(policy.behaviour, name)) for name in THRESHOLDS}
    behaviour |= {
        "short_seconds": policy.behaviour.short_seconds,
        "block_minutes": policy.behaviour.block_minutes,
    }
    tables: Tables = {
        BY_CHANCE: in_words(policy.by_chance).value,
        "rules": {rule.value: policy.actions[rule].value for rule in RULES},
        "kinds": {kind.value: kind_action(policy, kind).value for kind in LookalikeKind},
        "behaviour": behaviour,
    }
    if policy.hours is not None:
        tables["hours"] = _hours_table(policy.hours)
    if policy.groups:
        tables["groups"] = {group.name: _group_table(group) for group in policy.groups}
    return tables


def _behaviour(reading: Reading, value: object) -> Behaviour:
    at, default = "behaviour", Behaviour()
    table = reading.table(at, value, (*THRESHOLDS, "short_seconds", "block_minutes"))
    found = {
        name: _threshold(reading, f"{at}.{name}", table.get(name, {}), getattr(default, name))
        for name in THRESHOLDS
    }
    return Behaviour(
        **found,
        short_seconds=reading.number(
            f"{at}.short_seconds", table.get("short_seconds", default.short_seconds), 1, 600
        ),
        block_minutes=reading.number(
            f"{at}.block_minutes", table.get("block_minutes", default.block_minutes), 0, LONGEST_BLOCK
        ),
    )


def _threshold(reading: Reading, at: str, value: object, default: Threshold) -> Threshold:
    table = reading.table(at, value, ("count", "minutes"))
    count = table.get("count", default.count)
    if count == 1 and not isinstance(count, bool):
        reading.wrong(
            f"{at}.count",
            count,
            "is reached by each call, so no phone would ring; write 0 for off, or 2 or more",
        )
    else:
        count = reading.number(f"{at}.count", count, 0, CALLS_OF_ONE)
    minutes = reading.number(f"{at}.minutes", table.get("minutes", default.minutes), 1, LONGEST_WINDOW)
    return Threshold(count if isinstance(count, int) else 0, minutes)


def _threshold_table(threshold: Threshold) -> Tables:
    return {"count": threshold.count, "minutes": threshold.minutes}


def _hours(reading: Reading, value: object) -> Hours | None:
    at = "hours"
    table = reading.table(at, value, ("time_zone", *DAYS, "holidays"))
    week = tuple(reading.spans(f"{at}.{day}", table.get(day, [])) for day in DAYS)
    if not any(day in table for day in DAYS):
        reading.wrong(
            at, {}, 'has no day; write at least one, as in monday = ["07:30-17:00"], or remove [hours]'
        )
    holidays = reading.dates(f"{at}.holidays", table.get("holidays", []))
    zone = table.get("time_zone", TIME_ZONE)
    try:
        if isinstance(zone, str):
            return Hours(week, holidays, zone)
    except NoSuchTimeZone:
        pass
    reading.wrong(
        f"{at}.time_zone",
        zone,
        f'is no time zone that this machine knows; write one as in "{TIME_ZONE}" (Debian: package tzdata)',
    )
    return None


def _hours_table(hours: Hours) -> Tables:
    days: Tables = {
        day: [f"{_time(first)}-{_time(end)}" for first, end in spans]
        for day, spans in zip(DAYS, hours.week, strict=True)
    }
    return {"time_zone": hours.time_zone, **days, "holidays": sorted(hours.holidays)}


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _groups(reading: Reading, value: object, *, with_hours: bool) -> tuple[Group, ...]:
    groups: list[Group] = []
    taken: dict[str, str] = {}
    for name, inside in reading.table("groups", value).items():
        at = place("groups", name)
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            reading.wrong(at, {}, f"is no name of a group; write one of 1 to {LONGEST_NAME} signs")
        table = reading.table(at, inside, ("numbers", *When))
        if not isinstance(inside, Mapping):
            continue
        numbers = reading.dialled(f"{at}.numbers", table.get("numbers", []))
        if not table.get("numbers"):
            reading.wrong(f"{at}.numbers", {}, 'is missing; write the dialled numbers, as in ["1001", "10*"]')
        for number in numbers:
            if (other := taken.setdefault(number, name)) != name:
                reading.wrong(
                    f"{at}.numbers", number, f"is in {place('groups', other)} too; a number has one group"
                )
        overrides: dict[When, Overrides] = {}
        for when in (when for when in When if when in table):
            above = ("groups", name, when.value)
            part = reading.table(place(*above), table[when], ("rules", "kinds"))
            if when is not When.ALWAYS and not with_hours:
                reading.wrong(
                    place(*above), {}, "needs opening hours; write them under [hours], or take always"
                )
            overrides[when] = policy_actions.overrides(reading, above, part)
        groups.append(Group(name, numbers, overrides))
    return tuple(groups)


def _group_table(group: Group) -> Tables:
    table: Tables = {"numbers": list(group.numbers)}
    for when in (when for when in When if when in group.overrides):
        asked = group.overrides[when]
        table[when.value] = {
            "rules": {rule.value: asked.rules[rule].value for rule in Rule if rule in asked.rules},
            "kinds": {
                kind.value: in_words(asked.kinds[kind]).value for kind in LookalikeKind if kind in asked.kinds
            },
        }
    return table
