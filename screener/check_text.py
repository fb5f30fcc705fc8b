"""What the command ``check`` prints."""

import json

from screener.prospect import Prospect
from screener.words import visible


def as_text(written: str, found: Prospect) -> str:
    """Tell in lines how a number was read, the verdict with its reason, and what would become of the call."""
    verdict = found.verdict
    lines = [f"{visible(written) or '(nothing)'}: {found.read.en}"]
    lines += [f"  {verdict.action} ({verdict.rule}): {verdict.reason}"]
    lines += [f"    also {hit.rule}: {hit.reason}" for hit in verdict.hits[1:]]
    return "\n".join([*lines, f"  {found.effect.en}"])


def as_json(written: str, found: Prospect, *, enforcing: bool) -> str:
    """Tell the same in one line of JSON. A lone surrogate is escaped, as JSON allows."""
    verdict, number = found.verdict, found.number
    document = {
        "number": written,
        "read_as": {
            "kind": number.kind,
            "national": number.national,
            "e164": number.e164,
            "oddities": sorted(number.oddities),
            "words": found.read.en,
        },
        "action": verdict.action,
        "rule": verdict.rule,
        "kind": verdict.kind,
        "imitates": verdict.imitates.number if verdict.imitates else None,
        "reason": verdict.reason,
        "hits": [{"rule": hit.rule, "kind": hit.kind, "reason": hit.reason} for hit in verdict.hits],
        "enforcing": enforcing,
        "effect": found.effect.en,
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
