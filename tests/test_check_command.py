"""The command ``check`` with a registry in a file: lines of JSON in, lines of JSON out."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from screener import check_lines

REGISTRY = """\
organisation,number,name,aliases,inbound_only
"Công an tỉnh Thanh Hóa",0237 3725 725,Công an tỉnh Thanh Hóa,CA Thanh Hoa|CATTH,0
Khẩn cấp,113,,,1
Sở có tổng đài,02373850200-02373850299,,,
Cơ quan không có số,,Thanh tra tỉnh,,false
"""


def check(
    folder: Path, *arguments: str, lines: str = "", registry: str = REGISTRY
) -> subprocess.CompletedProcess[str]:
    """Run the command with nothing around it: no settings, no database."""
    file = folder / "registry.csv"
    file.write_text(registry, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "screener", "check", "--registry", str(file), *arguments],
        input=lines,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "CALL_SCREENER_CONFIG": str(folder / "there is none.toml")},
    )


def answers(folder: Path, *asked: object) -> list[dict[str, Any]]:
    lines = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in asked)
    done = check(folder, "--json", "-", lines=lines)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_is_answered_with_its_id_in_order(tmp_path: Path) -> None:
    asked = [{"id": one, "number": "0912345678"} for one in (7, "seven", None, [1, {"a": 2}])]
    assert [one["id"] for one in answers(tmp_path, *asked)] == [7, "seven", None, [1, {"a": 2}]]


def test_an_answer_names_action_rule_kind_and_the_number_as_the_registry_writes_it(tmp_path: Path) -> None:
    (said,) = answers(tmp_path, {"id": 1, "number": "+842373725726", "called": "1001", "trunk": "viettel"})
    assert list(said) == ["id", "action", "rule", "kind", "imitates", "reason", "hits"]
    assert (said["action"], said["rule"], said["kind"]) == ("warn", "lookalike", "one_digit")
    assert said["imitates"] == "0237 3725 725"
    assert [hit["kind"] for hit in said["hits"]] == ["one_digit", "neighbour"]


VERDICTS: Sequence[tuple[object, tuple[str | None, ...]]] = [
    ("113", ("warn", "receives_only", "official_as_caller", "113")),
    ("02373860255", ("warn", "lookalike", "one_digit", "02373850200-02373850299")),
    ("02373725725", ("allow", "default", None, None)),
    ("02373850255", ("allow", "default", None, None)),
    ("0912345678", ("allow", "default", None, None)),
    ("anonymous", ("tag", "withheld", None, None)),
    (912345678, ("allow", "default", None, None)),
    (2373725726.0, ("warn", "lookalike", "one_digit", "0237 3725 725")),
    (float("nan"), ("tag", "withheld", None, None)),
    (None, ("tag", "withheld", None, None)),
]


def test_numbers_are_judged_by_the_file_alone(tmp_path: Path) -> None:
    said = answers(tmp_path, *({"number": number} for number, _ in VERDICTS))
    told = [(one["action"], one["rule"], one["kind"], one["imitates"]) for one in said]
    assert told == [expected for _, expected in VERDICTS]


UNANSWERABLE: Sequence[tuple[str, str]] = [
    ("rubbish", "is no JSON"),
    ("[1]", "is no JSON object"),
    ('{"id": 3}', 'has no "number"'),
    ('{"id": 3, "number": true}', '"number" is neither text nor a number: true'),
    ('{"id": 3, "number": "1", "name": ["a"]}', '"name" is neither text nor a number'),
    ("[" * 100_000, "nested too deeply"),
    ('{"id": 3, "number": 2373725726.5}', '"number" is neither text nor a number: 2373725726.5'),
    ('{"id": 3, "number": Infinity}', "is no JSON: Infinity is no number there"),
    ('{"id": 1e999, "number": "1"}', "is no JSON: 1e999 is no number there"),
    ('{"number": "' + "1" * (1 << 20) + '"}', "is longer than 1048576 bytes"),
]


def test_a_line_that_asks_nothing_is_answered_with_what_is_wrong(tmp_path: Path) -> None:
    lines = "".join(line + "\n" for line, _ in UNANSWERABLE) + json.dumps({"id": 2, "number": "113"})
    done = check(tmp_path, "-", lines=lines)
    *refused, last = map(json.loads, done.stdout.splitlines())
    for said, (_, error) in zip(refused, UNANSWERABLE, strict=True):
        assert error in said["error"]
        assert list(said) == [*last, "error"]
        assert (said["action"], said["rule"], said["reason"]) == (None, None, said["error"])
    assert last["rule"] == "receives_only"
    assert done.returncode == 1


def test_a_last_line_without_an_end_and_blank_lines_are_no_matter(tmp_path: Path) -> None:
    done = check(tmp_path, "-", lines='\n\n{"id": 1, "number": "113"}\n  \n{"id": 2, "number": "114"}')
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]
    assert done.returncode == 0


def test_who_writes_a_line_and_waits_is_answered(tmp_path: Path) -> None:
    file = tmp_path / "registry.csv"
    file.write_text(REGISTRY, encoding="utf-8")
    command = [sys.executable, "-m", "screener", "check", "--registry", str(file), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as judge:
        assert judge.stdin is not None
        assert judge.stdout is not None
        for number in range(3):
            judge.stdin.write(json.dumps({"id": number, "number": "113"}) + "\n")
            judge.stdin.flush()
            assert json.loads(judge.stdout.readline())["id"] == number
        judge.stdin.close()
        assert judge.wait(30) == 0


def chunked(*pieces: bytes) -> list[bytes]:
    """Return the lines that come out of a pipe into which the pieces go."""
    ours, theirs = os.pipe()

    def feed() -> None:
        with os.fdopen(theirs, "wb") as pipe:
            pipe.writelines(pieces)

    feeder = threading.Thread(target=feed)
    feeder.start()
    lines = [line for lines in check_lines.chunks(ours) for line in lines]
    feeder.join()
    os.close(ours)
    return lines


def test_a_line_of_any_length_takes_no_more_memory_than_the_longest_that_is_read() -> None:
    long = b"x" * check_lines.LONGEST
    lines = chunked(b"a\n", long, long, long, b"\nb\n\n", b"z" * 70_000, long)
    assert [line[:1] for line in lines] == [b"a", b"x", b"b", b"", b"z"]
    assert max(map(len, lines)) == check_lines.LONGEST + 1


def test_a_line_as_long_as_can_be_read_is_given_whole() -> None:
    line = b"x" * check_lines.LONGEST
    assert chunked(line, b"\n", b"y") == [line, b"y"]


@pytest.mark.parametrize("arguments", [("-",), ("--json", "0113")])
def test_answers_are_utf_8_whatever_the_terminal_speaks(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = tmp_path / "registry.csv"
    file.write_text(REGISTRY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "screener", "check", "--registry", str(file), *arguments],
        input=b'\xef\xbb\xbf{"number": "0113"}\r\n',
        check=True,
        capture_output=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "latin-1"},
    )
    assert "Số hiển thị 0113" in json.loads(done.stdout.decode("utf-8"))["reason"]


BAD: Mapping[str, str] = {
    "organisation;number\na;1\n": "line 1 has no column 'organisation'",
    "organisation,number\nA,abc\n": "line 2: 'abc': is no telephone number",
    "organisation,number,inbound_only\nA,113,maybe\n": "line 2: inbound_only = 'maybe'",
    "organisation,number\n,\n,\nA,02373850299-02373850200\n": "line 4: '02373850299-02373850200': ends",
    'organisation,number\n"A,113\n': "check the quotes",
}


@pytest.mark.parametrize(("registry", "message"), BAD.items())
def test_a_registry_that_can_not_be_used_is_named_with_line_value_and_remedy(
    tmp_path: Path, registry: str, message: str
) -> None:
    done = check(tmp_path, "113", registry=registry)
    assert done.returncode == 2
    assert message in done.stderr
    assert "registry.csv" in done.stderr


def test_every_bad_line_of_a_registry_is_named(tmp_path: Path) -> None:
    done = check(tmp_path, "113", registry="organisation,number\nA,abc\nB,113\nC,def\n")
    assert [re.findall(r"line \d", line) for line in done.stderr.splitlines()] == [["line 2"], ["line 4"]]


def test_a_registry_from_a_spreadsheet_has_a_mark_at_its_beginning(tmp_path: Path) -> None:
    done = check(tmp_path, "--json", "113", registry="\ufeff" + REGISTRY)
    assert json.loads(done.stdout)["rule"] == "receives_only"
