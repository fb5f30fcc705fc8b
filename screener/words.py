"""The words in which calls are told to people, Vietnamese and English, for the page and the command line."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from blocklist.kinds import LookalikeKind
from screener.calls import Action, Did, Rule
from screener.health import LinkState


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in both languages."""

    vi: str
    en: str


ACTIONS: Final[Mapping[Action, Words]] = {
    Action.ALLOW: Words("Cho qua", "Let through"),
    Action.TAG: Words("Gắn nhãn", "Tag"),
    Action.WARN: Words("Cảnh báo", "Warn"),
    Action.BLOCK: Words("Chặn", "Block"),
}
"""What a verdict asks for."""

DIDS: Final[Mapping[Did, Words]] = {
    Did.ALLOW: Words("Đã cho qua", "Let through"),
    Did.TAG: Words("Đã gắn nhãn trên màn hình máy lẻ", "Tagged on the phone's display"),
    Did.WARN: Words(
        "Đã hiện cảnh báo trên màn hình máy lẻ; người nghe chưa nghe lời cảnh báo",
        "Warned on the display; the called person has not heard the prompt",
    ),
    Did.BLOCK: Words("Đã chặn, máy lẻ không đổ chuông", "Blocked, the phone did not ring"),
    Did.TIMEOUT: Words(
        "Không có kết luận kịp thời: máy lẻ vẫn đổ chuông", "No verdict in time: the phone rang all the same"
    ),
    Did.UNREADABLE: Words(
        "Tổng đài không đọc được kết luận: máy lẻ vẫn đổ chuông",
        "The exchange could not read the verdict: the phone rang all the same",
    ),
    Did.UNKNOWN: Words("Tổng đài chưa báo lại", "The exchange has not said"),
}
"""What the exchange did."""

_HEARD: Final[Mapping[str, Words]] = {
    "whole": Words("Đã phát lời cảnh báo cho người nghe", "The called person heard the warning"),
    "cut": Words(
        "Đang phát lời cảnh báo thì người gọi gác máy", "The caller hung up while the warning was played"
    ),
    "whisper": Words(
        "Đã phát lời cảnh báo riêng cho người nghe trong cuộc gọi",
        "The warning was whispered to the called person in the call",
    ),
    "failed": Words(
        "Không phát được lời cảnh báo (thiếu tệp âm thanh)",
        "The warning could not be played (sound files are missing)",
    ),
}
"""What the called person heard of a warning; the keys begin the report's detail."""

_PICKED_UP: Final = frozenset({"whole", "cut", "failed"})

_UNSEEN: Final = Words(
    "Đã hiện cảnh báo trên màn hình máy lẻ; không rõ người nghe đã nghe lời cảnh báo hay chưa",
    "Warned on the display; it is not known whether the called person heard the prompt",
)

_WOULD_HAVE: Final[Mapping[Action, Words]] = {
    Action.TAG: Words("Chỉ theo dõi: lẽ ra đã gắn nhãn", "Monitor-only: would have tagged it"),
    Action.WARN: Words("Chỉ theo dõi: lẽ ra đã cảnh báo", "Monitor-only: would have warned"),
    Action.BLOCK: Words("Chỉ theo dõi: lẽ ra đã chặn", "Monitor-only: would have blocked it"),
}

RULES: Final[Mapping[Rule, Words]] = {
    Rule.EXEMPT: Words("Được miễn sàng lọc", "Exempt from screening"),
    Rule.OWN_NUMBER: Words(
        "Cuộc gọi từ bên ngoài hiện số của chính cơ quan", "Own number arriving from outside"
    ),
    Rule.RECEIVES_ONLY: Words(
        "Số chỉ nhận cuộc gọi, không bao giờ gọi đi", "Number that never calls anybody"
    ),
    Rule.ALLOW_EXACT: Words("Có trong danh sách tin cậy", "On the allow list"),
    Rule.BLOCK_EXACT: Words("Có trong danh sách chặn", "On the block list"),
    Rule.ALLOW_PREFIX: Words("Đầu số có trong danh sách tin cậy", "Prefix on the allow list"),
    Rule.BLOCK_PREFIX: Words("Đầu số có trong danh sách chặn", "Prefix on the block list"),
    Rule.ALLOW_ENTRY: Words("Khớp mục khác trong danh sách tin cậy", "Fits another entry of the allow list"),
    Rule.BLOCK_ENTRY: Words("Khớp mục khác trong danh sách chặn", "Fits another entry of the block list"),
    Rule.LOOKALIKE: Words("Gần giống số chính thức", "Lookalike of an official number"),
    Rule.NAME: Words("Tên hiển thị giống tên cơ quan", "Display name of an office"),
    Rule.MANY_EXTENSIONS: Words("Một số gọi nhiều máy lẻ", "One caller rings many extensions"),
    Rule.MANY_CALLS: Words("Một số gọi quá nhiều lần", "One caller rings very often"),
    Rule.MANY_OF_PREFIX: Words("Nhiều số cùng dải gọi dồn dập", "Many callers of one number block"),
    Rule.MANY_SHORT_CALLS: Words("Một số gọi nhiều cuộc rất ngắn", "One caller with many short calls"),
    Rule.MALFORMED: Words("Số hoặc tên không đọc được", "Number or name that can't be read"),
    Rule.IMPLAUSIBLE: Words("Số không thể có thật", "Number that nobody can have"),
    Rule.WITHHELD: Words("Cuộc gọi không hiện số", "No number shown"),
    Rule.WATCHED: Words("Có trong danh sách theo dõi", "On the watch list"),
    Rule.DEFAULT: Words("Không quy tắc nào khớp", "No rule fits"),
}
"""What decided."""

KINDS: Final[Mapping[LookalikeKind, Words]] = {
    LookalikeKind.OFFICIAL_AS_CALLER: Words(
        "Số chỉ nhận cuộc gọi hiện ra như người gọi", "A number that only receives calls shows as the caller"
    ),
    LookalikeKind.DRESSED: Words("Số chính thức bị gắn đầu số sai", "The official number in wrong prefixes"),
    LookalikeKind.OLD_PLAN: Words(
        "Dạng cũ của số chính thức", "The form that the official number had before 2017 or 2018"
    ),
    LookalikeKind.OTHER_AREA: Words(
        "Cùng số thuê bao, khác mã vùng hoặc đầu số",
        "The same subscriber digits under another area code or mobile prefix",
    ),
    LookalikeKind.ONE_DIGIT: Words("Khác một chữ số", "One digit differs"),
    LookalikeKind.SWAPPED: Words("Hai chữ số cạnh nhau bị đổi chỗ", "Two neighbouring digits changed places"),
    LookalikeKind.MISSING: Words("Thiếu một chữ số", "A digit less"),
    LookalikeKind.EXTRA: Words("Thừa một chữ số", "A digit more"),
    LookalikeKind.NEIGHBOUR: Words("Chỉ khác hai chữ số cuối", "Only the last two digits differ"),
    LookalikeKind.NAME: Words(
        "Tên hiển thị là tên hoặc chức danh của cơ quan", "The display name is that of an office, or a title"
    ),
}
"""The ways in which a caller imitates an office."""

LINKS: Final[Mapping[LinkState, Words]] = {
    LinkState.CONNECTING: Words("Đang kết nối", "Connecting"),
    LinkState.REFUSED: Words("Từ chối tài khoản của dịch vụ", "Refuses the service's account"),
    LinkState.BOOTING: Words("Đang khởi động", "Starting"),
    LinkState.UP: Words("Đang sàng lọc", "Screening"),
    LinkState.DEAF: Words(
        "Đã kết nối nhưng không báo cuộc gọi cho dịch vụ", "Connected, but tells the service of no calls"
    ),
    LinkState.SILENT: Words("Không phản hồi", "No answer"),
    LinkState.DOWN: Words("Mất kết nối", "Disconnected"),
}
"""How the link to an exchange is."""

LINK_REMEDIES: Final[Mapping[LinkState, Words]] = {
    LinkState.CONNECTING: Words("Hãy chờ vài giây.", "Wait for a few seconds."),
    LinkState.REFUSED: Words(
        "Người quản trị cần kiểm tra tài khoản AMI trong manager.conf của tổng đài và trong tệp cấu hình "
        "(tên, mật khẩu, quyền, địa chỉ được phép), rồi chạy call-screener doctor.",
        "The administrator must check the AMI account in the exchange's manager.conf and in our settings "
        "(name, secret, rights, permitted address), then run call-screener doctor.",
    ),
    LinkState.BOOTING: Words(
        "Không cần làm gì: việc sàng lọc bắt đầu khi tổng đài khởi động xong.",
        "Nothing to do: screening begins when the exchange is up.",
    ),
    LinkState.DEAF: Words(
        "Người quản trị cần kiểm tra quyền read và eventfilter của tài khoản AMI trong manager.conf, "
        "rồi chạy call-screener doctor.",
        "The administrator must check read and eventfilter of the AMI account in manager.conf, "
        "then run call-screener doctor.",
    ),
    LinkState.SILENT: Words(
        "Dịch vụ tự thử lại. Nếu kéo dài, hãy kiểm tra tổng đài có bị treo không.",
        "The service tries again by itself. If it lasts, check whether the exchange hangs.",
    ),
    LinkState.DOWN: Words(
        "Dịch vụ tự thử lại. Nếu kéo dài, hãy kiểm tra tổng đài có đang chạy không, "
        "rồi kiểm tra đường mạng tới tổng đài.",
        "The service tries again by itself. If it lasts, check that the exchange runs, then the network.",
    ),
}
"""What to do about a link that is not up."""

_FELL_SHORT: Final = frozenset({Did.TIMEOUT, Did.UNREADABLE})


def what_happened(action: Action, did: Did, enforced: bool, detail: str = "", missed: bool = False) -> Words:
    """Say what the exchange did with a call whose verdict was ``action``; ``detail`` is the report's.

    ``missed`` says that the call ended unseen: then nobody knows whether a warning was heard.

    Where the verdict was not enforced it says what would have been done, and where the exchange did something
    else than the verdict it says both.
    """
    if did in _FELL_SHORT:
        return DIDS[did]
    if not enforced and action in _WOULD_HAVE and did in {Did.ALLOW, Did.UNKNOWN}:
        return _WOULD_HAVE[action]
    heard = _HEARD.get(detail.partition(":")[0], _UNSEEN if missed else None) if did is Did.WARN else None
    done = heard or DIDS[did]
    if did is Did.UNKNOWN or did.value == action.value:
        return done
    verdict = ACTIONS[action]
    return Words(
        f"{done.vi} (kết luận: {verdict.vi.lower()})", f"{done.en} (the verdict was: {verdict.en.lower()})"
    )


def outcome(
    answered: bool | None,
    answered_by: str,
    talk_seconds: int,
    did: Did,
    missed: bool = False,
    detail: str = "",
) -> Words:
    """Say how a call ended; ``answered`` is None while nothing is known of its end.

    ``missed`` says that the exchange no longer has the call and nobody told of its end, ``detail`` is the
    report's: who heard a warning had picked up, though Asterisk counts a call as answered from the talk on.
    """
    if answered is None:
        if missed:
            return Words(
                "Không rõ kết thúc: dịch vụ không theo dõi được lúc đó",
                "End unknown: the service was not watching then",
            )
        return Words("Chưa kết thúc", "Not ended yet")
    if not answered:
        if did is Did.BLOCK:
            return Words("Tổng đài đã ngắt", "Ended by the exchange")
        if did is Did.WARN and detail.partition(":")[0] in _PICKED_UP:
            return Words(
                "Người nghe đã nhấc máy; người gọi gác máy trước khi được nối",
                "Picked up; the caller hung up before the two were connected",
            )
        return Words("Không ai nghe máy", "Nobody answered")
    talk = f"{talk_seconds // 60}:{talk_seconds % 60:02d}"
    if answered_by:
        by = visible(answered_by)
        return Words(f"{by} nghe máy, nói chuyện {talk}", f"Answered by {by}, talked {talk}")
    return Words(f"Có người nghe máy, nói chuyện {talk}", f"Answered, talked {talk}")


def visible(text: str) -> str:
    """Show the characters of a caller's text that hide or turn others around: ``⟨U+202E⟩``.

    Controls, formats (which hold the bidirectional ones, Unicode 15 section 23.2), surrogates, private use,
    unassigned ones, and every space but the plain one.
    """
    return "".join(f"⟨U+{ord(char):04X}⟩" if _hides(char) else char for char in text)


def _hides(char: str) -> bool:
    return char != " " and unicodedata.category(char)[0] in "CZ"
