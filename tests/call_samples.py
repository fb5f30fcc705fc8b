"""Calls and what happens to them, made up for tests, and all that can be made up (hypothesis)."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from blocklist.entries import OfficialNumber
from blocklist.kinds import LookalikeKind
from screener.calls import Action, Call, Did, Ended, Hit, Rule, Verdict
from screener.happenings import Decided, Happening, Missed, Outcome, Reported

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
POLICE = OfficialNumber(1, "02373725725", "Công an tỉnh Thanh Hóa")


def call(uniqueid: str = "1700000000.1", number: str = "+84 2373 725 726", **more: str) -> Call:
    fields = {"pbx": "default", "channel": "PJSIP/trunk-00000001", "called": "101", "trunk": "trunk"} | more
    return Call(uniqueid=uniqueid, shown_number=number, raw_number=number, **fields)  # type: ignore[arg-type]


def decided(
    of: Call | None = None, *, listener: str = "a", after_ms: int = 0, action: Action = Action.WARN
) -> Decided:
    hit = Hit(Rule.LOOKALIKE, "gần giống", imitates=POLICE, kind=LookalikeKind.ONE_DIGIT)
    verdict = Verdict(action, Rule.LOOKALIKE, hit.reason, hit.kind, hit.imitates, (hit,))
    at = START + timedelta(milliseconds=after_ms)
    return Decided(at, of or call(), verdict, decision_us=120, enforced=True, listener=listener)


def reported(
    of: Call | None = None,
    *,
    did: Did = Did.WARN,
    mine: Decided | None = None,
    hold_ms: int | None = 4,
    detail: str = "",
) -> Reported:
    of = of or (mine.call if mine else call())
    return Reported(START + timedelta(seconds=1), of.pbx, of.uniqueid, did, detail, hold_ms, mine)


def outcome(of: Call | None = None, *, answered: bool = True, after_s: int = 60) -> Outcome:
    of = of or call()
    ended = Ended(START + timedelta(seconds=after_s), answered, "101" if answered else "", 40 * answered, 16)
    return Outcome(of.pbx, of.uniqueid, ended)


def missed(of: Call | None = None, *, after_s: int = 90) -> Missed:
    of = of or call()
    return Missed(START + timedelta(seconds=after_s), of.pbx, of.uniqueid)


def merge_surrogates(text: str) -> str:
    """Make a high and a low surrogate that stand side by side the character that they mean."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


TEXTS = st.text(st.characters(exclude_categories=())).map(merge_surrogates)
TIMES = st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1))
OFFICIALS = st.builds(OfficialNumber, st.integers(), TEXTS, TEXTS, st.booleans(), st.booleans())
HITS = st.builds(
    Hit,
    st.sampled_from(Rule),
    TEXTS,
    st.none() | OFFICIALS,
    st.none() | st.sampled_from(LookalikeKind),
    st.none() | st.integers(),
)
VERDICTS = st.builds(
    Verdict,
    st.sampled_from(Action),
    st.sampled_from(Rule),
    TEXTS,
    st.none() | st.sampled_from(LookalikeKind),
    st.none() | OFFICIALS,
    st.lists(HITS, max_size=3).map(tuple),
)
_TEXT_FIELDS = [field.name for field in fields(Call) if field.type is str]
CALLS = st.builds(
    Call,
    diversions=st.lists(TEXTS, max_size=3).map(tuple),
    **dict.fromkeys(_TEXT_FIELDS, TEXTS),
)
DECIDED = st.builds(Decided, TIMES, CALLS, VERDICTS, st.integers(), st.booleans(), TEXTS)
REPORTED = st.builds(
    Reported,
    TIMES,
    TEXTS,
    TEXTS,
    st.sampled_from(Did),
    TEXTS,
    st.none() | st.integers(),
    st.none() | DECIDED,
)
OUTCOMES = st.builds(
    Outcome, TEXTS, TEXTS, st.builds(Ended, TIMES, st.booleans(), TEXTS, st.integers(), st.integers())
)
MISSED = st.builds(Missed, TIMES, TEXTS, TEXTS)
HAPPENINGS: st.SearchStrategy[Happening] = st.one_of(DECIDED, REPORTED, OUTCOMES, MISSED)
