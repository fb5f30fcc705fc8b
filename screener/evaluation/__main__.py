"""Measures the judge: precision and recall by kind on a labelled set that is made from a seed."""

import argparse
import json
import shlex
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from screener.evaluation import labelled, report
from screener.evaluation.judging import OURS, JudgeFailed, judged
from screener.evaluation.labelled import Sizes
from screener.evaluation.score import Score


def main() -> None:
    """Make the set, have it judged, print the figures."""
    options = _options()
    whole = Sizes()
    sizes = Sizes(
        officials=options.officials,
        each_kind=max(1, whole.each_kind // options.divide),
        each_disguise=max(1, whole.each_disguise // options.divide),
        mixed=whole.mixed // options.divide,
        ordinary_names=whole.ordinary_names // options.divide,
        local=whole.local // options.divide,
    )
    score = Score(keep=options.show_misses)
    with ExitStack() as held:
        folder = options.keep or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="evaluation")))
        folder.mkdir(parents=True, exist_ok=True)
        _tell(f"making the set of seed {options.seed} in {folder}")
        for files in labelled.write(folder, options.seed, sizes):
            _tell(f"judging {files.questions.name}")
            try:
                for case, answer in judged(options.judge, files):
                    score.add(case, answer)
            except JudgeFailed as failed:
                sys.exit(f"evaluation: {failed}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        figures = {"seed": options.seed, "officials": sizes.officials, **report.as_json(score)}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    _print(f"seed {options.seed}, {sizes.officials} official entries")
    _print(report.table(score))
    if options.show_misses:
        _print("\n" + report.misses(score))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m screener.evaluation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which set (default 1)")
    parser.add_argument("--officials", type=int, default=1000, help="entries of the registry (default 1000)")
    parser.add_argument(
        "--divide", type=int, default=1, help="make only every Nth part of the cases (default 1)"
    )
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--keep", type=Path, help="folder in which registries, questions and labels stay")
    parser.add_argument("--show-misses", type=int, default=0, metavar="N", help="print N of each group")
    parser.add_argument(
        "--judge",
        type=shlex.split,
        default=OURS,
        help="another judge's command (default: call-screener check)",
    )
    return parser.parse_args()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command line


def _print(text: str) -> None:
    print(text)  # noqa: T201 - a command line


if __name__ == "__main__":
    main()
