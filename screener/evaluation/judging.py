"""The judge, asked through its public face: ``call-screener check``, one line in, one line out."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from screener.evaluation.cases import Answer, Case, read
from screener.evaluation.labelled import Labelled

OURS: Final = (sys.executable, "-m", "screener", "check")


class JudgeFailed(Exception):
    """The judge ended badly, or did not answer line by line."""


def judged(command: Sequence[str], files: Labelled) -> Iterator[tuple[Case, Answer]]:
    """Return each case with its answer, one at a time however long the set is. Raises JudgeFailed.

    ``command`` is the judge up to its options; ``--registry FILE --json -`` is added.
    """
    line = [*command, "--registry", str(files.registry), "--json", "-"]
    with (
        files.questions.open("rb") as questions,
        files.labels.open(encoding="utf-8") as labels,
        subprocess.Popen(  # noqa: S603 - the command is the developer's own
            line, stdin=questions, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as judge,
    ):
        assert judge.stdout is not None
        try:
            for label in labels:
                case = read(label)
                yield case, _answer(case, judge.stdout.readline())
            if more := judge.stdout.readline():
                raise JudgeFailed(f"the judge said more than it was asked: {more.strip()[:200]}")
        except BaseException:
            judge.kill()
            raise
        if judge.wait():
            raise JudgeFailed(f"the judge ended with exit code {judge.returncode}")


def _answer(case: Case, line: str) -> Answer:
    if not line:
        raise JudgeFailed(f"the judge gave no answer to {case.id} ({case.number}); its own message is above")
    try:
        said = json.loads(line)
        answer = Answer(said["action"], said["rule"], said["kind"], said["imitates"])
    except (ValueError, KeyError, TypeError) as error:
        raise JudgeFailed(f"the answer to {case.id} can't be read ({error}): {line.strip()[:200]}") from error
    if said.get("id") != case.id:
        raise JudgeFailed(f"{said.get('id')!r} was answered where {case.id!r} was asked; keep the order")
    return answer
