"""The evaluation with judges whose answers are known: right ones, deaf ones, and those that break."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from screener.evaluation import __main__ as evaluation
from screener.evaluation import report
from screener.evaluation.cases import Answer, Case, Part
from screener.evaluation.judging import JudgeFailed, judged
from screener.evaluation.labelled import Labelled
from screener.evaluation.score import Score, aims

HEAD = """
import json, sys, time
labels = open(sys.argv[sys.argv.index("--registry") + 1].removesuffix(".csv") + ".labels.ndjson")
def say(id, action="allow", rule="default", kind=None, imitates=None):
    print(json.dumps(dict(id=id, action=action, rule=rule, kind=kind, imitates=imitates, reason="", hits=[])))
"""
RIGHT = """
for question, label in zip(sys.stdin, map(json.loads, labels)):
    asked = json.loads(question)
    if label["kind"]:
        say(asked["id"], "warn", "lookalike", label["kind"], (label["imitates"] or [None])[0])
    elif label["group"] == "withheld":
        say(asked["id"], "tag", "withheld")
    else:
        say(asked["id"])
"""
DEAF = """
for line in sys.stdin:
    say(json.loads(line)["id"])
"""
NERVOUS = """
for line in sys.stdin:
    say(json.loads(line)["id"], "warn", "lookalike", "one_digit", "113")
"""


def judge(folder: Path, body: str) -> list[str]:
    program = folder / "judge.py"
    program.write_text(HEAD + body)
    return [sys.executable, str(program)]


def evaluate(
    folder: Path, body: str, monkeypatch: pytest.MonkeyPatch, *options: str
) -> dict[tuple[str, str], dict[str, int]]:
    """Run the command with a judge and return its groups' figures."""
    figures = folder / "figures.json"
    command = shlex.join(judge(folder, body))
    line = ["evaluation", "--judge", command, "--divide", "100", "--officials", "100", "--json", str(figures)]
    monkeypatch.setattr(sys, "argv", [*line, *options])
    evaluation.main()
    groups = json.loads(figures.read_text())["groups"]
    return {(group["part"], group["group"]): group for group in groups}


def test_a_judge_that_is_always_right_has_all_aims_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = evaluate(tmp_path, RIGHT, monkeypatch, "--show-misses", "3")
    imitations = [group for (part, _), group in groups.items() if part in {"numbers", "names"}]
    assert imitations
    assert all(group["right_entry"] == group["cases"] for group in imitations)
    assert not any(
        group["caught"] for (part, _), group in groups.items() if part in {"ordinary_names", "local"}
    )
    printed = capsys.readouterr().out
    assert printed.count(" met") == 11
    assert "MISSED" not in printed
    assert "wanted" not in printed


def test_a_judge_that_lets_everybody_through_catches_nobody_and_wrongs_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = evaluate(tmp_path, DEAF, monkeypatch, "--show-misses", "2")
    assert not any(group["caught"] for group in groups.values())
    printed = capsys.readouterr().out
    assert printed.count(" met") == 2
    assert printed.count("MISSED") == 9
    assert printed.count("names/leet: ") == 2


def test_a_judge_that_suspects_everybody_wrongs_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = evaluate(tmp_path, NERVOUS, monkeypatch)
    assert all(group["caught"] == group["cases"] for group in groups.values())
    assert groups["numbers", "one_digit"]["right_kind"] == groups["numbers", "one_digit"]["cases"]
    assert groups["numbers", "swapped"]["right_kind"] == 0
    printed = capsys.readouterr().out
    assert printed.count(" met") == 9
    assert "ordinary names not let through        100.000%" in printed


def test_the_set_can_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate(tmp_path, DEAF, monkeypatch, "--keep", str(tmp_path / "kept"))
    kept = {path.name for path in (tmp_path / "kept").iterdir()}
    files = ("csv", "questions.ndjson", "labels.ndjson")
    assert kept == {f"{name}.{kind}" for name in ("country", "province") for kind in files}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("say('n1')\nsay('n2')\n", ""),
        ("say('n1')\n", "no answer to n2"),
        ("say('n1')\nsay('n2')\nsay('n3')\n", "more than it was asked"),
        ("say('n2', )\ntime.sleep(600)\n", "'n2' was answered where 'n1' was asked"),
        ("print('Traceback', flush=True)\ntime.sleep(600)\n", "answer to n1 can't be read"),
        ("print('{}', flush=True)\ntime.sleep(600)\n", "answer to n1 can't be read"),
        ("say('n1')\nsay('n2')\nsys.exit(3)\n", "exit code 3"),
    ],
)
def test_a_judge_that_does_not_answer_line_by_line_is_refused(
    tmp_path: Path, body: str, message: str
) -> None:
    files = _two_cases(tmp_path)
    command = judge(tmp_path, body.replace("say('n2', )", "say('n2')\nsys.stdout.flush()"))
    if message:
        with pytest.raises(JudgeFailed, match=message):
            list(judged(command, files))
    else:
        assert [case.id for case, _ in judged(command, files)] == ["n1", "n2"]


def _two_cases(folder: Path) -> Labelled:
    made = [
        Case(f"n{i}", Part.NUMBERS, "swapped", "0912345678", "", "swapped", ("0912345687",)) for i in (1, 2)
    ]
    files = Labelled(folder / "c.csv", folder / "c.questions.ndjson", folder / "c.labels.ndjson")
    files.questions.write_text("".join(case.question() + "\n" for case in made))
    files.labels.write_text("".join(case.label() + "\n" for case in made))
    return files


@pytest.mark.parametrize(
    ("answer", "counted"),
    [
        (Answer("warn", "lookalike", "swapped", "113"), (1, 1, 1)),
        (Answer("tag", "lookalike", "swapped", "113"), (1, 1, 1)),
        (Answer("warn", "lookalike", "swapped", "114"), (1, 1, 0)),
        (Answer("warn", "lookalike", "one_digit", "113"), (1, 0, 0)),
        (Answer("warn", "malformed", None, None), (1, 0, 0)),
        (Answer("allow", "lookalike", "swapped", "113"), (0, 0, 0)),
    ],
)
def test_a_case_counts_as_caught_as_of_its_kind_and_as_of_its_entry(
    answer: Answer, counted: tuple[int, int, int]
) -> None:
    score = Score()
    score.add(Case("n1", Part.NUMBERS, "swapped", "x", "", "swapped", ("113",)), answer)
    tally = score.groups[Part.NUMBERS, "swapped"]
    assert (tally.caught, tally.right_kind, tally.right_entry) == counted


def test_precision_counts_the_ordinary_callers_who_were_taken_for_an_imitation() -> None:
    score = Score()
    said = Answer("warn", "lookalike", "swapped", "113")
    score.add(Case("n1", Part.NUMBERS, "swapped", "x", "", "swapped", ("113",)), said)
    score.add(Case("m1", Part.MIXED, "mobile", "x"), said)
    score.add(Case("l1", Part.LOCAL, "same exchanges", "x"), said)
    assert score.precision("swapped") == 0.5
    assert score.precision("extra") is None


@pytest.mark.parametrize(
    ("group", "answer", "wronged"),
    [
        ("withheld", Answer("tag", "withheld", None, None), 0),
        ("withheld", Answer("warn", "lookalike", "name", None), 1),
        ("mobile", Answer("tag", "withheld", None, None), 1),
        ("mobile", Answer("allow", "default", None, None), 0),
    ],
)
def test_only_a_caller_without_number_may_be_told_to_be_withheld(
    group: str, answer: Answer, wronged: int
) -> None:
    score = Score()
    score.add(Case("m1", Part.MIXED, group, ""), answer)
    score.add(Case("m2", Part.MIXED, "landline", "x"), Answer("allow", "default", None, None))
    assert score.wronged(Part.MIXED) == wronged
    assert score.wronged(Part.MIXED, group) == wronged
    (aim,) = aims(score)
    assert aim.met is (wronged == 0)


def test_local_landlines_are_told_by_kind_and_action() -> None:
    score = Score()
    score.add(Case("l1", Part.LOCAL, "same exchanges", "x"), Answer("tag", "lookalike", "neighbour", "113"))
    score.add(Case("l2", Part.LOCAL, "same exchanges", "x"), Answer("allow", "default", None, None))
    (line,) = (line for line in report.table(score).splitlines() if "neighbour" in line)
    assert line.split() == ["neighbour", "tag", "1", "50.00%"]
