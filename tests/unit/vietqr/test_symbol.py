"""The symbol is qrcode's own for the same segments and mask, the smallest, and reads back."""

import itertools
import random

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode import util
from qrcode.main import QRCode

from market40.vietqr import symbol
from market40.vietqr.plans import MASK, plan
from market40.vietqr.segments import CAPITALS, DIGITS, OCTETS, cheapest
from market40.vietqr.symbol import matrix

LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}  # qrcode's numbers, which are the format bits
_KINDS = ("0123456789", "ABCXYZ $%*+-./:", "abcđệ,;@")
TEXTS = st.lists(
    st.sampled_from(_KINDS).flatmap(lambda kind: st.text(kind, min_size=1, max_size=24)),
    min_size=1,
    max_size=12,
).map("".join)


def _theirs(text, level, version):
    """Draw with qrcode the segments that we chose."""
    octets = text.encode()
    drawn = QRCode(version=version, error_correction=LEVELS[level], mask_pattern=MASK)
    for mode, first, end in cheapest(octets.decode("latin-1"), version)[1]:
        drawn.add_data(util.QRData(octets[first:end], mode=mode))
    drawn.make(fit=False)
    return tuple(bytes(map(bool, row)) for row in drawn.modules)


def _version(modules):
    return (len(modules) - 17) // 4


def _picture(modules, scale=3):
    side = len(modules)
    picture = Image.frombytes("L", (side, side), bytes(0 if m else 255 for m in b"".join(modules)))
    framed = Image.new("L", (side + 8, side + 8), 255)
    framed.paste(picture, (4, 4))
    return framed.resize(((side + 8) * scale, (side + 8) * scale), Image.Resampling.NEAREST)


@settings(deadline=None)
@given(TEXTS, st.sampled_from("LMQH"))
def test_it_is_what_qrcode_draws(text, level):
    ours = matrix(text, level=level)
    assert ours == _theirs(text, level, _version(ours))


@pytest.mark.parametrize("level", "LMQH")
def test_every_version_is_what_qrcode_draws(level):
    chance = random.Random(level)
    for version in range(1, 41):
        how = plan(version, LEVELS[level])
        octets = (how.room - 24) // 8  # what its header leaves of the widest room
        bits = f"{OCTETS:04b}" + "".join(chance.choices("01", k=8 * octets + 12))
        for length in (len(bits), how.room - 9, how.room - 3, how.room):
            buffer = util.BitBuffer()
            given_bits = bits[:length].ljust(length, "1")
            for bit in given_bits:
                buffer.put_bit(bit == "1")
            drawn = QRCode(version=version, error_correction=LEVELS[level], mask_pattern=MASK)
            drawn.data_cache = _codewords(buffer, version, LEVELS[level], how.room)
            drawn.makeImpl(False, MASK)
            theirs = tuple(bytes(map(bool, row)) for row in drawn.modules)
            assert symbol._square(how, given_bits) == theirs


def _codewords(buffer, version, correction, room):
    """What qrcode.util.create_data does with bits that it has written itself."""
    for _ in range(min(room - len(buffer), 4)):
        buffer.put_bit(False)
    while len(buffer) % 8:
        buffer.put_bit(False)
    for pad in itertools.cycle((util.PAD0, util.PAD1)):
        if len(buffer) == room:
            return util.create_bytes(buffer, util.base.rs_blocks(version, correction))
        buffer.put(pad, 8)
    raise AssertionError


@settings(deadline=None)
@given(TEXTS, st.sampled_from("LMQH"))
def test_it_reads_back(text, level):
    found = zxingcpp.read_barcodes(_picture(matrix(text, level=level)))
    assert [bytes(each.bytes).decode() for each in found] == [text]


@settings(deadline=None)
@given(TEXTS, st.sampled_from("LMQH"))
def test_no_library_draws_it_smaller(text, level):
    ours = len(matrix(text, level=level))
    theirs = QRCode(error_correction=LEVELS[level], mask_pattern=MASK)
    theirs.add_data(text)
    theirs.make()
    closest = QRCode(error_correction=LEVELS[level], mask_pattern=MASK)
    closest.add_data(text, optimize=4)
    closest.make()
    other = segno.make_qr(text.encode(), error=level, boost_error=False, mask=MASK)
    assert ours <= min(theirs.modules_count, closest.modules_count, other.symbol_size(border=0)[0])


@given(TEXTS, st.sampled_from([1, 9, 10, 26, 27, 40]))
def test_no_other_segments_take_fewer_bits(text, version):
    octets = text.encode().decode("latin-1")
    bits, segments = cheapest(octets, version)
    assert bits == _bits(octets, segments, version)
    assert [one.end for one in segments[:-1]] == [one.first for one in segments[1:]]
    assert (segments[0].first, segments[-1].end) == (0, len(octets))
    assert bits == _fewest(octets, version)


def _bits(text, segments, version):
    total = 0
    for mode, first, end in segments:
        data = util.QRData(text[first:end].encode("latin-1"), mode=mode)
        buffer = util.BitBuffer()
        data.write(buffer)
        total += 4 + util.length_in_bits(mode, version) + len(buffer)
    return total


def _fewest(text, version):
    """Try every segment that may end at each character: slow, and nothing is assumed."""
    fewest = [0]
    for end in range(1, len(text) + 1):
        ways = []
        for first in range(end):
            part = text[first:end]
            count = end - first
            kinds = {OCTETS: 8 * count}
            if set(part) <= set(util.ALPHA_NUM.decode()):
                kinds[CAPITALS] = count // 2 * 11 + count % 2 * 6
            if part.isascii() and part.isdigit():
                kinds[DIGITS] = count // 3 * 10 + (0, 4, 7)[count % 3]
            ways += [
                fewest[first] + 4 + util.length_in_bits(mode, version) + bits
                for mode, bits in kinds.items()
            ]
        fewest.append(min(ways))
    return fewest[-1]


def test_the_version_grows_with_its_headers():
    """At the edge of a group the text fits by its narrow headers, or moves on by the wide ones."""
    for level, last in itertools.product(LEVELS, (9, 26)):
        room = util.BIT_LIMIT_TABLE[LEVELS[level]][last]
        count = (room - 4 - (8 if last == 9 else 16)) // 8
        if count + 1 > symbol.MAX_OCTETS:
            continue
        assert _version(matrix("a" * count, level=level)) == last
        assert _version(matrix("a" * (count + 1), level=level)) == last + 1
