"""Errors as the caller needs them: problem+json (RFC 9457) for machines, a page for people."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any, Final

from flask import (
    Flask,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from market40.core.errors import (
    InputFault,
    InvalidInput,
    Market40Error,
    NotFound,
    NotLoggedIn,
    RateLimited,
    SecretToChoose,
    TooLarge,
    Unavailable,
)
from market40.core.texts import fill, quantity, say
from market40.web.context import kit
from market40.web.guard import marks_of
from market40.web.i18n import _, told

_MACHINES: Final = ("/api/", "/hooks/")
_FAULTS_SHOWN: Final = 500
_log = logging.getLogger("market40.web")

TITLES: Final = {
    400: say("Yêu cầu không đúng"),
    401: say("Chưa xác thực"),
    403: say("Không được phép"),
    404: say("Không tìm thấy"),
    405: say("Không dùng được cách này"),
    409: say("Trạng thái đã khác"),
    413: say("Dữ liệu quá lớn"),
    415: say("Kiểu dữ liệu không nhận"),
    422: say("Dữ liệu chưa đúng"),
    429: say("Thử lại quá nhiều lần"),
    500: say("Có lỗi ở máy chủ"),
    503: say("Máy chủ đang bận"),
}


# What marshmallow says by itself; a schema's own messages are Vietnamese already.
_SCHEMA_WORDS: Final[dict[str, tuple[str, str]]] = {
    "Missing data for required field.": ("field_missing", say("Thiếu giá trị bắt buộc.")),
    "Field may not be null.": ("field_missing", say("Giá trị không được để trống.")),
    "Unknown field.": ("field_unknown", say("Trường này không có.")),
    "Not a valid integer.": ("number_invalid", say("Cần một số nguyên.")),
    "Not a valid number.": ("number_invalid", say("Cần một số.")),
    "Not a valid string.": ("field_invalid", say("Cần một chuỗi ký tự.")),
    "Not a valid boolean.": ("field_invalid", say("Cần true hoặc false.")),
    "Not a valid UUID.": ("field_invalid", say("Cần một UUID.")),
    "Not a valid date.": ("date_invalid", say("Cần một ngày, ví dụ 2026-11-22.")),
    "Not a valid datetime.": ("date_invalid", say("Cần một thời điểm có múi giờ.")),
    "Not a valid list.": ("field_invalid", say("Cần một danh sách.")),
    "Invalid input type.": ("field_invalid", say("Cần một đối tượng JSON.")),
}


# The words that hold numbers: each number is said again, in our words.
_SCHEMA_PATTERNS: Final = (
    (
        r"Must be greater .* to (?P<low>-?\d+) and less .* to (?P<high>-?\d+)\.",
        "number_out_of_range",
        say("Cần số từ %(low)s đến %(high)s."),
    ),
    (
        r"Must be greater than or equal to (?P<low>-?\d+)\.",
        "number_out_of_range",
        say("Cần số từ %(low)s trở lên."),
    ),
    (
        r"Must be less than or equal to (?P<high>-?\d+)\.",
        "number_out_of_range",
        say("Cần số đến %(high)s."),
    ),
    (
        r"Length must be between (?P<low>\d+) and (?P<high>\d+)\.",
        "length_invalid",
        say("Cần từ %(low)s đến %(high)s ký tự hoặc dòng."),
    ),
    (
        r"Longer than maximum length (?P<high>\d+)\.",
        "length_invalid",
        say("Dài nhất %(high)s ký tự hoặc dòng."),
    ),
    (
        r"Shorter than minimum length (?P<low>\d+)\.",
        "length_invalid",
        say("Ngắn nhất %(low)s ký tự hoặc dòng."),
    ),
    (
        r"Must be one of: (?P<choices>.*)\.",
        "choice_invalid",
        say("Cần một trong: %(choices)s."),
    ),
)


class BadRequest(Market40Error):
    """What the framework refused: `http_status` and `code` follow its own error."""

    code = "bad_request"
    http_status = 400


def install(app: Flask) -> None:
    """Answer every error of the application in one shape."""
    app.register_error_handler(Market40Error, _expected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def for_machine() -> bool:
    """Return whether the caller reads JSON: under /api and /hooks, or by its Accept header."""
    if request.path.startswith(_MACHINES):
        return True
    return request.accept_mimetypes.best in ("application/json", "application/problem+json")


def as_problem(error: Market40Error) -> dict[str, Any]:
    """Return an error as the members of an RFC 9457 problem."""
    body: dict[str, Any] = {
        "type": f"urn:market40:problem:{error.code}",
        "title": title_of(error.http_status),
        "status": error.http_status,
        "code": error.code,
        "detail": told(error.detail),
        "place": told(error.place),
        "faults": [
            {"code": fault.code, "place": told(fault.place), "message": told(fault.message)}
            for fault in faults_of(error)
        ],
        "request_id": g.get("request_id"),
    }
    if error.facts:
        body["facts"] = error.facts
    return body


def title_of(status: int) -> str:
    """Return the heading for a status, in the reader's language."""
    return told(TITLES.get(status, TITLES[500] if status >= 500 else TITLES[400]))


def faults_of(error: Market40Error) -> tuple[InputFault, ...]:
    """Return each thing wrong, at most 500 of them; none for errors that are one thing."""
    return error.faults[:_FAULTS_SHOWN] if isinstance(error, InvalidInput) else ()


def _expected(error: Market40Error) -> AnyResponse:
    if error.http_status >= 500:
        _note(error)
    return _answer(error)


def _answer(error: Market40Error) -> AnyResponse:
    if isinstance(error, NotLoggedIn) and not for_machine():
        path = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.log_in", next=path), 303)
    if isinstance(error, SecretToChoose) and not for_machine():
        return redirect(url_for("accounts.account"), 303)
    if for_machine():
        response = jsonify(as_problem(error))
        response.content_type = "application/problem+json"
    else:
        response = make_response(
            render_template(
                "problem.html",
                error=error,
                title=title_of(error.http_status),
                faults=faults_of(error),
                request_id=g.get("request_id"),
                back=_back() if error.http_status == 413 else None,
            )
        )
    response.status_code = error.http_status
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, NotLoggedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _back() -> str | None:
    """Return the page to try a refused upload again on, where its view names one."""
    view = current_app.view_functions.get(request.endpoint or "")
    back = marks_of(view, request.method).back if view else ""
    return url_for(back, **(request.view_args or {})) if back else None


def _http(error: HTTPException) -> AnyResponse:
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # a redirect of the routing, not an error
    response = _answer(_from_http(error))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _from_http(error: HTTPException) -> Market40Error:
    """Return the framework's error as one of ours; webargs' messages become faults."""
    if error.code == 404:
        return NotFound(_("Không có trang này."))
    if error.code == 413:
        return TooLarge(_("Dữ liệu gửi lên vượt quá giới hạn."))
    messages = getattr(error, "data", {}).get("messages") if error.code == 422 else None
    if messages is not None:
        faults = list(_faults(messages, ()))
        return InvalidInput(_("Dữ liệu gửi lên chưa đúng."), faults=faults)
    if error.code == 400 and request.is_json and for_machine():
        unread = BadRequest(_("Nội dung gửi lên không phải JSON đọc được (UTF-8)."))
        unread.code = "json_invalid"
        return unread
    found = BadRequest(TITLES.get(error.code or 400, ""))
    found.http_status = error.code or 400
    found.code = (error.name or "bad_request").lower().replace(" ", "_")
    return found


def _faults(messages: object, place: tuple[str, ...]) -> list[InputFault]:
    """Flatten marshmallow's nested messages; the first part (json, query) says no place."""
    if isinstance(messages, dict):
        found: list[InputFault] = []
        for name, inner in messages.items():
            found += _faults(inner, (*place, str(name)))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    at = ".".join(place[1:] or place)
    return [_fault(at, str(text)) for text in texts]


def _fault(at: str, text: str) -> InputFault:
    for pattern, code, said in _SCHEMA_PATTERNS:
        if found := re.fullmatch(pattern, text):
            values = {name: _counted(value) for name, value in found.groupdict().items()}
            return InputFault(code, at, fill(said, **values))
    code, words = _SCHEMA_WORDS.get(text, ("field_invalid", text))
    return InputFault(code, at, words)


def _counted(text: str) -> str:
    """Return whole numbers as figures, 499.999.999, and words as they are."""
    return quantity(int(text)) if re.fullmatch(r"-?\d+", text) else text


def _unexpected(error: Exception) -> AnyResponse:
    _note(error)
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return _answer(Unavailable(_("Cơ sở dữ liệu chưa trả lời. Hãy thử lại sau ít phút.")))
    wrapped = Market40Error(_("Lỗi đã được ghi lại. Hãy thử lại; nếu vẫn lỗi, báo mã bên dưới."))
    return _answer(wrapped)


def _note(error: Exception) -> None:
    """Log where it broke, and in production never what it said: that may be personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    code = error.code if isinstance(error, Market40Error) else type(error).__name__
    shown = error if kit().settings.environment != "production" else None
    facts = {"error": code, "where": where, "request_id": g.get("request_id")}
    _log.error("unexpected", extra={"facts": facts}, exc_info=shown)
