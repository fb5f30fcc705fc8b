"""The words of a replay's report, Vietnamese and English."""

from collections.abc import Mapping
from typing import Final

from screener.replay.lines import Skipped
from screener.words import Words

SKIPPED: Final[Mapping[Skipped, Words]] = {
    Skipped.INNER: Words("chặng nội bộ của tổng đài", "legs within the exchange"),
    Skipped.INSIDE: Words("gọi từ bên trong", "calls from inside"),
    Skipped.OTHER_TRUNK: Words("trung kế khác", "another trunk"),
    Skipped.OTHER_CONTEXT: Words("ngữ cảnh khác", "another context"),
}
"""Why records are no calls from outside."""

FROM_OUTSIDE: Final = Words("cuộc gọi từ bên ngoài", "calls from outside")
BAD: Final = Words("dòng lỗi", "bad rows")
FIRST: Final = Words("những dòng đầu", "the first ones")
VERDICTS: Final = Words("Kết luận", "Verdicts")
RULES: Final = Words("Theo quy tắc", "By rule")
CHANGES: Final = Words("Cuộc gọi sẽ khác đi", "Calls that would go otherwise")
NO_CHANGES: Final = Words("không có", "none")
ANSWERED: Final = Words("đã có người nghe", "answered")
NUMBERS: Final = Words("Số bị nhiều nhất", "Numbers hit most")
SUSPECTS: Final = Words(
    "Có thể oan: đã nói chuyện từ một phút trở lên trong ít nhất ba ngày",
    "Possible false positives: talked to for a minute or more on three days or more",
)
CALLS: Final = Words("cuộc gọi", "calls")
DAYS: Final = Words("ngày", "days")
MINUTES: Final = Words("phút", "minutes")
LAST: Final = Words("gần nhất", "last")
