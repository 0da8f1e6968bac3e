"""Every published and generated vector gets its verdict, its faults and its fields."""

import pytest

from market40.vietqr.codec import VietQRError, decode, encode, inspect
from market40.vietqr.request import payload_from
from tests.vectors import FILES, agree, emitted_by_npm, libraries, vectors

VECTORS = vectors()
NPM_ROWS = 53  # of vectors_generated.json, made by npm vietnam-qr-pay 1.5.1, valid, no warning


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_vector(vector):
    reading = inspect(vector["payload"])
    assert reading.valid is vector["valid"]
    assert agree(reading.errors, vector["errors"]), reading.errors
    assert agree(reading.warnings, vector["warnings"]), reading.warnings
    assert dict(reading.fields) == vector["fields"]
    if not vector["valid"]:
        with pytest.raises(VietQRError):
            decode(vector["payload"])


def test_there_are_all_319_vectors():
    counts = {
        name: (len(vectors(name)), sum(vector["valid"] for vector in vectors(name)))
        for name in FILES
    }
    assert counts == {"public": (63, 32), "generated": (256, 192)}


def test_what_seven_libraries_made_of_them_is_on_record():
    assert len(libraries()) == 7
    bad = [vector for vector in VECTORS if not vector["valid"]]
    assert all(set(vector["accepted_by"]) <= set(libraries()) for vector in VECTORS)
    taken = {key: sum(key in vector["accepted_by"] for vector in bad) for key in libraries()}
    assert len(bad) == 95
    assert min(taken.values()) == taken["napas"] == 40


def test_the_rows_of_the_npm_library_are_counted():
    assert len(emitted_by_npm()) == NPM_ROWS


@pytest.mark.parametrize("vector", emitted_by_npm(), ids=range(len(emitted_by_npm())))
def test_what_we_emit_is_what_the_npm_library_emits(vector):
    """From the fields of each row, none left out, the same text to the octet."""
    fields = dict(vector["fields"])
    for fixed in ("init", "currency", "country", "guid"):
        del fields[fixed]
    if "purpose" in fields:
        fields["memo"] = fields.pop("purpose")
    assert set(fields) <= {"bin", "account", "service", "amount", "memo"}
    assert payload_from(fields) == vector["payload"]


def test_in_those_rows_our_own_values_hold_all_amounts_but_two():
    """Two amounts a bank's app takes and no transfer of NAPAS 247 does, or not as they stand."""
    others = []
    for vector in emitted_by_npm():
        try:
            code = decode(vector["payload"])
        except VietQRError as error:
            others.append((error.code, vector["fields"]["amount"]))
        else:
            assert encode(code, memo="ans") == vector["payload"]
    assert others == [("BAD_AMOUNT", "9999999999999"), ("BAD_AMOUNT", "50000.00")]
