"""The state graphs of a stall and of an issued code: every edge has the name of its event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from market40.core.errors import Conflict
from market40.core.texts import say

StallState: TypeAlias = Literal["pending", "active", "suspended", "closed"]
CodeState: TypeAlias = Literal["live", "superseded", "revoked"]

STALL_EDGES: Final[Mapping[tuple[str, str], StallState]] = {
    ("pending", "activate"): "active",
    ("active", "suspend"): "suspended",
    ("suspended", "resume"): "active",
    ("pending", "close"): "closed",
    ("active", "close"): "closed",
    ("suspended", "close"): "closed",
}
CODE_EDGES: Final[Mapping[tuple[str, str], CodeState]] = {
    ("live", "reissue"): "superseded",
    ("live", "revoke"): "revoked",
}

STALL_STATE_WORDS: Final[Mapping[str, str]] = {
    "pending": say("chờ kích hoạt"),
    "active": say("đang bán"),
    "suspended": say("tạm dừng"),
    "closed": say("đã đóng"),
}
CODE_STATE_WORDS: Final[Mapping[str, str]] = {
    "live": say("đang dùng"),
    "superseded": say("đã thay"),
    "revoked": say("đã thu hồi"),
    "none": say("chưa có mã"),
}
STALL_EVENT_WORDS: Final[Mapping[str, str]] = {
    "activate": say("Kích hoạt sạp"),
    "suspend": say("Tạm dừng sạp"),
    "resume": say("Cho bán lại"),
    "close": say("Đóng sạp"),
}


def stall_after(state: str, event: str) -> StallState:
    """Return the stall's state after `event`; raise Conflict `stall_state` where no edge leads."""
    after = STALL_EDGES.get((state, event))
    if after is None:
        said = STALL_STATE_WORDS.get(state, state)
        raise Conflict(
            say("Sạp đang ở trạng thái “%(state)s” nên không làm được việc này.", state=said),
            code="stall_state",
            state=state,
            event=event,
        )
    return after


def stall_events(state: str) -> tuple[str, ...]:
    """Return the events that may happen to a stall in `state`, in the graph's order."""
    return tuple(event for (source, event) in STALL_EDGES if source == state)


def code_after(state: str, event: str) -> CodeState:
    """Return the code's state after `event`; raise Conflict `code_not_live` for one that ended."""
    after = CODE_EDGES.get((state, event))
    if after is None:
        said = CODE_STATE_WORDS.get(state, state)
        raise Conflict(
            say("Mã này %(state)s, không còn hiệu lực để thay đổi.", state=said),
            code="code_not_live",
            state=state,
            event=event,
        )
    return after
