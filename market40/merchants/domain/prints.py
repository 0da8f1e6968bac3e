"""The state graph of a print run's file: every edge has the name of its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from market40.core.errors import Conflict
from market40.core.texts import say

FileState: TypeAlias = Literal["none", "working", "stopped", "ready", "failed", "gone"]

AT_ONCE: Final = 64
"""Cards of a part: so many are made in the request that fetches them, more are made in parts."""
KEPT: Final = timedelta(days=7)
"""How long a file that nobody works on is kept: it holds names and account numbers."""

FILE_EDGES: Final[Mapping[tuple[str, str], FileState]] = {
    ("none", "start"): "working",
    ("working", "stop"): "stopped",
    ("stopped", "resume"): "working",
    ("working", "finish"): "ready",
    ("working", "fail"): "failed",
    ("failed", "start"): "working",
    ("working", "expire"): "gone",
    ("stopped", "expire"): "gone",
    ("ready", "expire"): "gone",
    ("gone", "start"): "working",
}

FILE_STATE_WORDS: Final[Mapping[str, str]] = {
    "none": say("chưa làm tệp"),
    "working": say("đang làm tệp"),
    "stopped": say("đã dừng"),
    "ready": say("tệp đã sẵn sàng"),
    "failed": say("không làm được tệp"),
    "gone": say("tệp đã xóa"),
}
FAULT_WORDS: Final[Mapping[str, str]] = {
    "print_outdated": say("Có thẻ đã đổi từ khi lập lượt in này; hãy lập lượt in mới."),
    "bad_layout": say("Mã quá dày cho khổ giấy này; hãy chọn khổ lớn hơn."),
    "not_read_back": say("Có trang in ra đọc lại không đúng mã nên tệp không được giao."),
    "": say("Có thẻ không in được."),
}


def file_after(state: str, event: str) -> FileState:
    """Return the file's state after `event`; raise Conflict `print_state` where no edge leads."""
    after = FILE_EDGES.get((state, event))
    if after is None:
        said = FILE_STATE_WORDS.get(state, state)
        raise Conflict(
            say("Lượt in này %(state)s nên không làm được việc này.", state=said),
            code="print_state",
            state=state,
            event=event,
        )
    return after


def going_on(state: str) -> str:
    """Return the event by which work on a file begins or goes on: `resume` keeps what was done."""
    return "resume" if state == "stopped" else "start"


def progress(*, drawn: int, read_back: int, cards: int) -> int:
    """Return how far a file is, in whole percent; reading a card back takes twice its drawing."""
    return (drawn + 2 * read_back) * 100 // (3 * cards)
