"""Two numbers beside each other with what differs in brackets, as an operator reads them."""

from difflib import SequenceMatcher


def marked(shown: str, true: str) -> tuple[str, str]:
    """Return both numbers with the digits that differ in brackets: ``0237372572[6]``, ``0237372572[5]``.

    A digit that is missing on one side is marked on the other alone.
    """
    if shown == true:
        return shown, true
    left, right = "", ""
    for what, a, b, c, d in SequenceMatcher(None, shown, true, autojunk=False).get_opcodes():
        same = what == "equal"
        left += shown[a:b] if same or a == b else f"[{shown[a:b]}]"
        right += true[c:d] if same or c == d else f"[{true[c:d]}]"
    return left, right
