"""The short form of `make fuzz-codec`, and proof that it would find something."""

import pytest

from market40.vietqr import codec
from market40.vietqr.codec import VietQRError, decode, inspect
from market40.vietqr.rules import MAX_PAYLOAD
from tests.fuzz.codec import fuzz
from tests.fuzz.growth import LENGTHS, SHAPES
from tests.fuzz.laws import Codec
from tests.fuzz.strings import BLOCK, block

PAYLOAD = codec.encode(codec.VietQR("970423", "0000000004"))


def test_no_law_is_broken():
    outcome = fuzz(20261124, 0, 4 * BLOCK)
    assert outcome.wrong is None
    assert outcome.tried == 4 * BLOCK
    counts = outcome.counts
    assert min(counts["decoded"], counts["encoded again"], counts["valid by emvco"]) > 50
    assert counts["valid by napas, leniently"] > counts["valid by napas"]


def test_a_block_is_made_again_from_its_seed_and_number():
    assert list(block(3, 5)) == list(block(3, 5)) != list(block(3, 6))
    texts = "".join(block(3, 5))
    for sign in ("\x00", "\u202e", "\ud800", "０", "٠", "\n", "ễ"):
        assert sign in texts, f"no string has {sign!a}"
    assert max(map(len, block(3, 5))) > MAX_PAYLOAD


def _crashing(text, **options):
    if "\x00" in text:
        raise ValueError(text)
    return inspect(text, **options)


def _taking_all(text):
    try:
        return decode(text)
    except VietQRError as error:
        if error.code == "CRC_MISMATCH":
            return codec.VietQR("970436", "1")
        raise


@pytest.mark.parametrize(
    ("broken", "why", "smallest"),
    [
        (Codec(inspect=_crashing), "ValueError", "\x00"),
        (Codec(decode=_taking_all), "decode takes what is not valid", None),
        (Codec(canonical=lambda _text, **_: PAYLOAD), "canonical takes what is not valid", ""),
    ],
    ids=["another exception", "a wrong CRC", "a constant"],
)
def test_a_broken_codec_is_found_and_the_string_made_small(broken, why, smallest):
    outcome = fuzz(7, 0, 5 * BLOCK, tried=broken)
    found, text = outcome.wrong
    assert found == why
    if smallest is None:
        assert len(text) < 100
        assert inspect(text).errors[0].code == "CRC_MISMATCH"
    else:
        assert text == smallest


def test_shapes_of_every_length_are_answered():
    """Their times are measured by `make fuzz-codec` alone."""
    for shape, make in SHAPES.items():
        for size in (LENGTHS[0], LENGTHS[-1]):
            text = make(size)
            assert abs(len(text) - size) < 100, shape
            strictly, leniently = inspect(text), inspect(text, lenient=True)
            assert strictly.valid <= leniently.valid, shape
            assert strictly.valid is (not strictly.errors), shape
