"""Why rows of files are refused, and what was put right in them, as pages say it: the usual ones."""

from typing import Final

from api.pages.navigation import N_

KNOWN: Final = frozenset(
    {
        N_("has lost digits: a spreadsheet shortened it; format the column as text and type it anew"),
        N_("has digits behind a decimal point, as no number has; type it anew"),
        N_("is a date; a spreadsheet has made it of what was typed: type the number anew"),
        N_("is a formula; paste its value in its place"),
        N_("is a spreadsheet's error; write the number"),
        N_("holds several numbers; write each for itself"),
        N_("is no single number; write it without *"),
        N_("is no telephone number; write digits, as in 0912 345 678 or +84 912 345 678"),
        N_("is neither a number nor a range; write 0237 3725 725, or 02373850200 - 02373850299"),
        N_("has neither a number nor an office; fill in one"),
        N_("organisation: is empty; fill it in"),
        N_("last_checked: is no date; write 31/12/2027 or 2027-12-31"),
        N_("has a quotation mark that is never closed; correct it"),
        N_("the 0 that was lost in front was put back"),
        N_("a decimal point and 0 behind the number were left out"),
    }
)
"""In the words of those who refuse or mend; others, which hold values of the file, stay English."""
