"""Why what is asked of a call can't be granted, and what to do instead, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from blocklist.entries import EntryKind
from blocklist.number import Number, NumberKind
from screener.calls import Rule, Verdict
from screener.words import Words


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a wish can't be granted and what to do instead. ``name`` ends the type of the API's problem."""

    name: str
    words: Words


class NotGranted(Exception):
    """A wish that would come to nothing, or to something else than what was asked."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words.en)
        self.refusal = refusal


def before(verdict: Verdict, remedy: Words) -> Refusal:
    """Say what is asked before what would be made, in the rule's own words."""
    return Refusal(
        "goes-before",
        Words(
            f"{verdict.reason} Điều này được xét trước nên yêu cầu sẽ không có tác dụng. {remedy.vi}",
            f"rule {verdict.rule} is asked before and would decide all the same: {remedy.en}",
        ),
    )


def no_number(number: Number, kind: EntryKind) -> Refusal:
    """Say that there is nobody to allow or to block."""
    withheld = number.kind is NumberKind.WITHHELD
    rule = Rule.WITHHELD if withheld else Rule.MALFORMED
    what = _NUMBERLESS[withheld]
    if kind is EntryKind.ALLOW:
        return Refusal(
            "no-number",
            Words(
                f"{what.vi} nên không có số nào để cho qua: hãy nhờ người gọi hiện số rồi gọi lại; muốn cho "
                f"qua mọi cuộc gọi như vậy thì đổi hành động của quy tắc {rule} thành allow.",
                f"{what.en}, so there is no number to allow: ask the caller to show it and ring again; "
                f"to let all such calls through, set the action of rule {rule} to allow",
            ),
        )
    return Refusal(
        "no-number",
        Words(
            f"{what.vi} nên không có số nào để chặn: muốn chặn mọi cuộc gọi như vậy thì đổi hành động của "
            f"quy tắc {rule} thành block; người gọi có tên hiển thị thì chặn theo tên, như name:*cong an*.",
            f"{what.en}, so there is no number to block: to block all such calls, set the action of rule "
            f"{rule} to block; a caller with a display name can be blocked by it, as in name:*cong an*",
        ),
    )


_NUMBERLESS: Final[Mapping[bool, Words]] = {
    True: Words("Cuộc gọi không hiện số", "the call showed no number"),
    False: Words("Cuộc gọi mang chữ hoặc ký hiệu thay cho số", "the call showed text in place of a number"),
}
UNREADABLE: Final = Refusal(
    "no-number",
    Words(
        "Số gửi đến chứa ký tự không lưu được nên không rõ là số nào: hãy thêm mục vào danh sách bằng tay.",
        "the number held characters that can't be stored, so it is not known which it was: "
        "add an entry by hand",
    ),
)
"""The record of a call does not tell its number."""
TWO_NUMBERS: Final = Refusal(
    "two-numbers",
    Words(
        "Cuộc gọi gửi một số nhưng máy điện thoại hiện một số khác: không miễn được, vì ai cũng có thể giấu "
        "số thật như vậy; hãy hỏi nhà mạng của trung kế.",
        "the call sent one number and the phone showed another: that is not exempted, for anybody could hide "
        "so; ask the carrier of the trunk",
    ),
)
NO_TRUNK: Final = Refusal(
    "no-trunk",
    Words(
        "Không rõ cuộc gọi đến qua trung kế nào, mà số như vậy chỉ được miễn trên một trung kế: nếu số này "
        "chuyển tiếp cuộc gọi về, hãy thêm nó vào own_forwards.",
        "it is not known over which trunk the call came, and such a number is exempted on one trunk alone: "
        "where it forwards calls back, add it to own_forwards",
    ),
)
UNLISTED: Final = Refusal(
    "no-number",
    Words(
        "Số này không ghi được vào danh sách: hãy thêm bằng tay một đầu số hoặc mẫu số.",
        "this number can't be listed by itself: add a prefix or a pattern by hand",
    ),
)
OWN: Final = Refusal(
    "own-number",
    Words(
        "Đây là số của chính cơ quan: mục chặn chỉ trúng những cuộc gọi được chuyển tiếp đúng về đây. Muốn "
        "chặn cuộc gọi giả số cơ quan thì đổi hành động của quy tắc own_number thành block.",
        "this is the agency's own number: a block entry would hit none but the calls that are rightly "
        "forwarded back; to block those that forge it, set the action of rule own_number to block",
    ),
)
RECEIVES_ONLY: Final = Refusal(
    "receives-only",
    Words(
        "Số này chỉ nhận cuộc gọi, điều này được xét trước danh sách chặn. Muốn chặn mọi cuộc gọi hiện số "
        "như vậy thì đổi hành động của quy tắc receives_only thành block.",
        "this number only receives calls, which is asked before the block list: to block all calls that show "
        "such a number, set the action of rule receives_only to block",
    ),
)
UNDO_EXEMPTION: Final = Words("Hãy xóa mục miễn trừ đó trước.", "remove the exemption first")
UNDO_ENTRY: Final = Words("Hãy xóa mục tin cậy đó trước.", "remove the entry of the allow list first")
LOOK_INTO_IT: Final = Words("Hãy xem lại lý do.", "look into its reason")
