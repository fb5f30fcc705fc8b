"""The forms in which an exchange may be handed one and the same number; none of them is odd in itself."""

from typing import Final

from screener.evaluation.dice import Dice

_FULL_WIDTH: Final = str.maketrans("+0123456789", "＋０１２３４５６７８９")
_ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def present(dice: Dice, national: str) -> str:
    """Return a national number in one of the forms in which carriers, and forgers, write it."""
    forms = [(national, 45)]
    if national.startswith("0"):
        own = national[1:]
        forms += [(f"+84{own}", 30), (f"0084{own}", 8)]
        if len(own) >= 9:  # 84 and fewer digits could be a number in itself
            forms.append((f"84{own}", 17))
    return spell(dice, dice.weigh(forms))


def spell(dice: Dice, digits: str) -> str:
    """Return digits (and a plus) with blanks, in another script, or as an address; mostly as they are."""
    how = dice.weigh(
        (
            ("plain", 62),
            ("spaces", 10),
            ("dots", 6),
            ("hyphens", 4),
            ("brackets", 3),
            ("sip", 5),
            ("tel", 3),
            ("full width", 4),
            ("arabic", 1),
            ("hard space", 2),
        )
    )
    if how in {"spaces", "dots", "hyphens", "hard space"}:
        between = {"spaces": " ", "dots": ".", "hyphens": "-", "hard space": "\N{NO-BREAK SPACE}"}[how]
        return between.join(part for part in (digits[:-6], digits[-6:-3], digits[-3:]) if part)
    if how == "brackets":
        return f"({digits[:-7]}) {digits[-7:]}" if len(digits) > 8 else f"({digits})"
    if how == "sip":
        return f"sip:{digits}@203.0.113.7;user=phone"
    if how == "tel":
        return f"tel:{digits}"
    if how == "full width":
        return digits.translate(_FULL_WIDTH)
    return digits.translate(_ARABIC) if how == "arabic" else digits
