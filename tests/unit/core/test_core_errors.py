"""The error tree: codes are public, so the table of them is written down here."""

from __future__ import annotations

import json
import pickle

import pytest

from market40.core import errors
from market40.core.errors import InputFault, InvalidInput, Market40Error, NotFound, RateLimited

PUBLIC = {
    "Market40Error": ("internal", 500),
    "NotLoggedIn": ("not_logged_in", 401),
    "SecretToChoose": ("secret_to_choose", 403),
    "BadSignature": ("bad_signature", 401),
    "Forbidden": ("forbidden", 403),
    "NotFound": ("not_found", 404),
    "Conflict": ("conflict", 409),
    "TooLarge": ("too_large", 413),
    "InvalidInput": ("invalid_input", 422),
    "IdempotencyMismatch": ("idempotency_mismatch", 422),
    "RateLimited": ("rate_limited", 429),
    "Unavailable": ("unavailable", 503),
}


def test_codes_and_statuses_are_the_public_ones():
    found = {
        name: (kind.code, kind.http_status)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Market40Error)
    }
    assert found == PUBLIC


def test_an_error_carries_its_detail_place_and_facts():
    error = NotFound("Không có sạp này.", place="stall", serial="A-12")
    assert (error.detail, error.place, error.facts) == (
        "Không có sạp này.",
        "stall",
        {"serial": "A-12"},
    )
    assert json.loads(json.dumps(error.facts)) == error.facts
    assert str(error) == "not_found [stall]: Không có sạp này."


def test_an_error_without_words_shows_its_code():
    assert str(NotFound()) == "not_found"


def test_a_narrower_code_is_this_error_s_alone():
    assert InvalidInput(code="amount_invalid").code == "amount_invalid"
    assert InvalidInput().code == "invalid_input"


def test_faults_are_kept_in_order():
    faults = [InputFault("a", "dòng 2", "Sai."), InputFault("b", "dòng 3", "Thiếu.")]
    assert InvalidInput("Hai lỗi.", faults=iter(faults)).faults == tuple(faults)
    assert InvalidInput().faults == ()


@pytest.mark.parametrize(("given", "kept"), [(30, 30), (0, 1), (-5, 1)])
def test_a_wait_is_at_least_a_second(given, kept):
    assert RateLimited(retry_after_s=given).retry_after_s == kept


def test_errors_survive_a_process_boundary():
    error = RateLimited("Chờ chút.", retry_after_s=9, place="pin", code="pin_locked", left=0)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is RateLimited
    assert vars(again) == vars(error)
