"""A file made part by part has the octets of one go, and is read back part by part."""

import io
from dataclasses import replace

import pytest

from market40.vietqr.sheets import (
    SHEETS,
    BadCard,
    NotReadBack,
    Standing,
    cards_pdf,
    draw_part,
    read_part,
)
from market40.vietqr.sheets.parts import Pieces
from tests.unit.vietqr.test_print_file import CARDS, PAYLOADS


def in_parts(cards, sheet, size):
    """Every part of a file of some cards to a part, as whoever keeps them has them."""
    parts, standing = [], None
    for start in range(0, len(cards), size):
        last = start + size >= len(cards)
        part = draw_part(
            cards[start : start + size],
            sheet,
            standing,
            close_with=[each.places for each in parts] if last else None,
        )
        standing = Standing(*(getattr(part.standing, n) for n in ("at", "pages", "letters")))
        parts.append(part)
    return parts


@pytest.mark.parametrize(
    ("name", "count", "size"),
    [("a6", 1, 8), ("a6", 8, 8), ("a6", 9, 8), ("a6", 203, 100), ("a6", 200, 50), ("a4x8", 37, 16),
     ("a4x4", 3, 4), ("r58", 5, 2)],
)  # fmt: skip
def test_parts_together_are_the_file_of_one_go(name, count, size):
    cards, sheet = CARDS[:count], SHEETS[name]
    parts = in_parts(cards, sheet, size)
    assert len(parts) == -(-count // size)
    assert b"".join(part.content for part in parts) == cards_pdf(cards, sheet)
    assert parts[-1].standing.pages == -(-count // sheet.to_a_page)


def test_the_finished_file_is_read_back_some_pages_at_a_time():
    sheet, asked = SHEETS["a4x4"], []
    parts = in_parts(CARDS[:206], sheet, 20)
    sizes = [len(part.content) for part in parts]

    def load(number):
        asked.append(number)
        return parts[number].content

    for first in range(0, 52, 13):
        payloads = PAYLOADS[:206][first * 4 : (first + 13) * 4]
        read_part(sizes, load, payloads, sheet, first=first, pages=52)
    assert len(asked) < 4 * len(parts)  # a step reads what it needs
    with pytest.raises(NotReadBack, match="Trang 14") as caught:
        read_part(sizes, load, PAYLOADS[:4], sheet, first=13, pages=52)
    assert caught.value.facts == {"page": 14}
    with pytest.raises(NotReadBack, match="52 trang"):
        read_part(sizes, load, PAYLOADS[:4], sheet, first=0, pages=51)


def test_a_file_with_a_part_of_another_does_not_pass():
    sheet = SHEETS["a6"]
    parts = [part.content for part in in_parts(CARDS[:24], sheet, 8)]
    other = [part.content for part in in_parts(CARDS[24:48], sheet, 8)]
    mixed = [parts[0], other[1], parts[2]]
    with pytest.raises(NotReadBack):
        read_part(
            [len(part) for part in mixed], mixed.__getitem__, PAYLOADS[8:16], sheet,
            first=8, pages=24,
        )  # fmt: skip
    broken = [parts[0], parts[1], b"\0" * len(parts[2])]
    with pytest.raises(NotReadBack):
        read_part(
            [len(part) for part in broken], broken.__getitem__, PAYLOADS[:8], sheet,
            first=0, pages=24,
        )  # fmt: skip


def test_what_keeps_a_part_from_being_read_is_no_fault_of_the_file():
    parts = [part.content for part in in_parts(CARDS[:24], SHEETS["a6"], 8)]
    sizes = [len(part) for part in parts]

    def down(number):
        raise ConnectionError(f"part {number}")

    def half(number):
        return parts[number] if number != 1 else down(number)

    for load in (down, half):
        with pytest.raises(ConnectionError):
            read_part(sizes, load, PAYLOADS[8:16], SHEETS["a6"], first=8, pages=24)


def test_a_card_that_cannot_be_printed_is_named_by_its_page():
    first = draw_part(CARDS[:8], SHEETS["a6"])
    with pytest.raises(BadCard) as caught:
        draw_part([*CARDS[8:10], replace(CARDS[10], holder="")], SHEETS["a6"], first.standing)
    assert caught.value.facts == {"page": 11}


def test_a_file_in_pieces_reads_like_one():
    pieces = [b"abc", b"", b"defg", b"h"]
    with Pieces([len(piece) for piece in pieces], pieces.__getitem__) as file:
        assert (file.readable(), file.seekable(), file.tell()) == (True, True, 0)
        assert file.seek(0, io.SEEK_END) == 8
        assert (file.read(5), file.seek(2), file.read(3), file.tell()) == (b"", 2, b"cde", 5)
        assert (file.seek(-1, io.SEEK_END), file.read()) == (7, b"h")
        assert (file.seek(0), file.readall()) == (0, b"abcdefgh")
