"""Every published and generated vector gets its verdict, its faults and its fields."""

import json
from pathlib import Path

import pytest

from market40.vietqr.codec import MAX_AMOUNT, VietQRError, decode, encode, inspect

FIXTURES = Path(__file__).parents[2] / "fixtures" / "vietqr"
VECTORS = [
    vector
    for name in ("public", "generated")
    for vector in json.loads((FIXTURES / f"vectors_{name}.json").read_text("utf-8"))["vectors"]
]


def _agree(faults, labels):
    """Label `CODE@root.54` is our code and path `54`; a label without a path leaves it open."""
    found = sorted((fault.code, fault.path) for fault in faults)
    wanted = sorted(label.replace("@root.", "@").partition("@")[::2] for label in labels)
    return [code for code, _ in found] == [code for code, _ in wanted] and all(
        want in ("", path) for (_, path), (_, want) in zip(found, wanted, strict=True)
    )


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_vector(vector):
    reading = inspect(vector["payload"])
    assert reading.valid is vector["valid"]
    assert _agree(reading.errors, vector["errors"]), reading.errors
    assert _agree(reading.warnings, vector["warnings"]), reading.warnings
    assert dict(reading.fields) == vector["fields"]
    if not vector["valid"]:
        with pytest.raises(VietQRError):
            decode(vector["payload"])


def test_there_are_all_319_vectors():
    assert len(VECTORS) == 319
    assert sum(vector["valid"] for vector in VECTORS) > 200


def test_what_we_emit_is_what_the_npm_library_emits():
    """Its outputs that are canonical for us come out of `encode` byte for byte."""
    compared = 0
    for vector in VECTORS:
        if not vector["valid"] or vector["warnings"] or "vqp(npm" not in str(vector["source"]):
            continue
        fields = vector["fields"]
        plain = fields.get("amount", "1").isdigit() and int(fields.get("amount", "1")) <= MAX_AMOUNT
        if plain and ("amount" in fields) == (fields["init"] == "12"):
            code = decode(vector["payload"])
            assert encode(code, memo="ans") == vector["payload"]
            compared += 1
    assert compared > 30
