"""What the command ``check`` prints."""

from screener.check_lines import Written, as_fields, json_line
from screener.prospect import Prospect
from screener.words import visible


def as_text(written: str, found: Prospect) -> str:
    """Tell in lines how a number was read, the verdict with its reason, and what would become of the call."""
    verdict = found.verdict
    lines = [f"{visible(written) or '(nothing)'}: {found.read.en}"]
    lines += [f"  {verdict.action} ({verdict.rule}): {verdict.reason}"]
    lines += [f"    also {hit.rule}: {hit.reason}" for hit in verdict.hits[1:]]
    return "\n".join([*lines, f"  {found.effect.en}"])


def as_json(number: str, found: Prospect, written: Written, *, enforcing: bool) -> str:
    """Tell the same in one line of JSON."""
    read = found.number
    return json_line(
        {
            "id": number,
            "number": number,
            "read_as": {
                "kind": read.kind,
                "national": read.national,
                "e164": read.e164,
                "oddities": sorted(read.oddities),
                "words": found.read.en,
            },
            **as_fields(found.verdict, written),
            "enforcing": enforcing,
            "effect": found.effect.en,
        }
    )
