"""Calls that rang without what the service is there for, by cause, as this process has counted them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from screener.metrics import Metrics
from screener.words import Words

CAUSES: Final[Mapping[str, Words]] = {
    "nobody_to_ask": Words(
        "tổng đài không hỏi được dịch vụ (dịch vụ không chạy hoặc mất kết nối lúc đó)",
        "the exchange could ask nobody (the service was not running or not linked)",
    ),
    "timeout": Words("không có kết luận kịp thời", "no verdict in time"),
    "unreadable": Words(
        "tổng đài không đọc được kết luận", "the verdict made no sense to the exchange: other versions?"
    ),
    "link_lost": Words("mất kết nối trong lúc đánh giá", "the link fell while the call was judged"),
    "error": Words("lỗi của dịch vụ, xem nhật ký", "a fault of the service, see its log"),
    "refused": Words(
        "tổng đài từ chối kết luận, kiểm tra quyền write = call của tài khoản AMI",
        "the exchange refused the verdict: check write = call of the AMI account",
    ),
    "redirect_refused": Words(
        "cần chặn nhưng tổng đài không cho ngắt, chạy call-screener doctor",
        "to be blocked, but the exchange did not let go of the call: run call-screener doctor",
    ),
    "whisper_refused": Words(
        "cần cảnh báo nhưng tổng đài không cho phát lời cảnh báo, chạy call-screener doctor",
        "to be warned of, but the exchange played no warning: run call-screener doctor",
    ),
}
"""In the order in which they are told. ``caller_gone`` is none of them: that caller hung up first."""


@dataclass(frozen=True, slots=True)
class Unscreened:
    """How often each thing happened since a time. One call may count twice: refused, so no verdict came."""

    since: datetime
    causes: tuple[tuple[int, Words], ...]


def unscreened(metrics: Metrics) -> Unscreened:
    """Return what was counted, without the causes that never happened."""
    counts: Counter[str] = Counter()
    for sample in next(iter(metrics.let_through.collect())).samples:
        if sample.name.endswith("_total"):
            counts[sample.labels["cause"]] += int(sample.value)
    told = tuple((counts[cause], said) for cause, said in CAUSES.items() if counts[cause])
    return Unscreened(metrics.since, told)
