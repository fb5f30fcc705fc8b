"""Two numbers beside each other with what differs in brackets, as an operator reads them."""

from difflib import SequenceMatcher


def marked(shown: str, true: str) -> tuple[str, str]:
    """Return both numbers with the digits that differ in brackets: ``0237372572[6]``, ``0237372572[5]``.

    A digit that is missing on one side is marked on the other alone; of two that changed places, both are.
    """
    if shown == true:
        return shown, true
    start = end = 0
    shorter = min(len(shown), len(true))
    while start < shorter and shown[start] == true[start]:
        start += 1
    while end < shorter - start and shown[-1 - end] == true[-1 - end]:
        end += 1
    if max(len(shown), len(true)) - start - end <= 2:  # nearly always, and difflib takes 30 µs
        return _in_brackets(shown, start, end), _in_brackets(true, start, end)
    left, right = "", ""
    for what, a, b, c, d in SequenceMatcher(None, shown, true, autojunk=False).get_opcodes():
        same = what == "equal"
        left += shown[a:b] if same or a == b else f"[{shown[a:b]}]"
        right += true[c:d] if same or c == d else f"[{true[c:d]}]"
    return left, right


def _in_brackets(number: str, start: int, end: int) -> str:
    last = len(number) - end
    return f"{number[:start]}[{number[start:last]}]{number[last:]}" if start < last else number
