"""Strings for the codec, right and wrong: of codes, of vectors, of nothing in particular.

A string is made from a seed and its block's number alone, so that a run can go on where another
was stopped, and a failure can be made again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

from market40.vietqr.codec import VietQR, VietQRError, encode
from market40.vietqr.rules import SERVICES, crc
from tests import vectors as conformance

LONG = 25_000  # forty times it is what a test of any string should take
BLOCK = 1_000  # strings that come out of one generator

DIGITS = "0123456789"
OTHER_DIGITS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz.-+_,*"
MARKS = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịọốồổỗộớờởỡợụứừửữựỳỵÁĐỸ"
STRANGE = (
    "\x00\x01\t\n\r\x0b\x1b\x7f\x85\xa0\u2028\u2029\ufeff\ufffd"  # controls, spaces, marks of order
    "\u200b\u200e\u200f\u202a\u202e\u2066\u2069"  # no width, bidi
    "\u0301\u0323\u1100\uac00"  # what composes
    "\ud800\udbff\udc00\udfff\U0001f41f\U0010ffff"  # surrogates, beyond the basic plane
    "İıßſK٪＋．"  # what changes with case or looks like an amount's sign
)
LETTERS = PLAIN + MARKS + STRANGE
TEMPLATES = ("26", "27", "38", "51", "62", "64", "80", "99")

Change = Callable[[random.Random, str], str]


def block(seed: int, number: int) -> Iterator[str]:
    """Yield the `BLOCK` strings of one block."""
    chance = random.Random(f"{seed}/{number}")
    for _ in range(BLOCK):
        yield one(chance)


def one(chance: random.Random) -> str:
    """Return one string: something to begin with, changed up to six times, sealed or not."""
    text = chance.choices(BEGINNINGS, WEIGHTS)[0](chance)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        text = chance.choice(CHANGES)(chance, text)
    return sealed(text) if chance.random() < 0.7 else text


def sealed(text: str) -> str:
    """Return the text with the right CRC at its end, where UTF-8 carries it."""
    body = text[:-4] if text[-8:-4] == "6304" else text + "6304"
    try:
        return body + crc(body.encode())
    except UnicodeEncodeError:
        return body + "0000"


@cache
def _payloads() -> tuple[str, ...]:
    """Return the payload of every vector in the project."""
    return tuple(vector["payload"] for vector in conformance.vectors())


def _vector(chance: random.Random) -> str:
    return chance.choice(_payloads())


def _code(chance: random.Random) -> str:
    def maybe(text: str, most: int) -> str | None:
        return _word(chance, text, most) if chance.random() < 0.4 else None

    code = VietQR(
        bin="".join(chance.choices(DIGITS, k=6)),
        account=_word(chance, PLAIN[:36], 19).replace(" ", "0"),
        service=chance.choice((*sorted(SERVICES), None)),
        amount=chance.choice((None, chance.randint(1, 499_999_999))),
        purpose=maybe(PLAIN, 25),
        store_label=maybe(PLAIN, 25),
        merchant_name=maybe(PLAIN, 25),
        merchant_city=maybe(PLAIN, 15),
        name_vi=maybe(MARKS, 25),
    )
    try:
        return encode(code, memo="ans")
    except VietQRError:  # a name that is not NFC
        return encode(code._replace(name_vi=None), memo="ans")


def _foreign(chance: random.Random) -> str:
    """Return a payload of EMVCo's kind, with templates of anybody's."""
    parts = [tlv("01", chance.choice(("11", "12")))]
    for tag in chance.sample(("02", "26", "27", "38", "51"), chance.randint(1, 3)):
        owner = tlv("00", chance.choice(("A000000727", "A000000775", "vn.example", "D156")))
        parts.append(tlv(tag, owner + _tree(chance, 1)))
    parts += [tlv("52", "5411"), tlv("53", chance.choice(("704", "840"))), tlv("58", "VN")]
    parts += [tlv("59", _word(chance, PLAIN, 25)), tlv("60", _word(chance, PLAIN, 15))]
    if chance.random() < 0.5:
        parts.append(tlv("54", chance.choice(("1", "050000.00", "5.", "12.50", "0", "1e5"))))
    if chance.random() < 0.5:
        parts.append(tlv(chance.choice(("62", "64", "80")), _tree(chance, 1)))
    if chance.random() < 0.5:
        chance.shuffle(parts)
    return sealed("000201" + "".join(parts))


def _tree(chance: random.Random, depth: int) -> str:
    """Return tags in a template, some of them templates again."""
    parts = []
    for _ in range(chance.randint(1, 4)):
        tag = f"{chance.randrange(12):02d}"
        deeper = depth < 6 and chance.random() < 0.25
        parts.append(tlv(tag, _tree(chance, depth + 1) if deeper else _word(chance, PLAIN, 12)))
    return "".join(parts)[:99]


def _noise(chance: random.Random) -> str:
    letters = chance.choice((DIGITS, "01", PLAIN, LETTERS, MARKS, STRANGE))
    return "".join(chance.choices(letters, k=chance.choice((0, 1, 11, 12, 40, 200, 520))))


def _tags(chance: random.Random) -> str:
    """Return tags with right lengths that say anything."""
    parts = [tlv(f"{chance.randrange(100):02d}", _word(chance, LETTERS, 20)) for _ in range(9)]
    return "000201" + "".join(parts)


def tlv(tag: str, value: str) -> str:
    """Return a tag with its length, which is wrong where the value is too long for it."""
    return f"{tag}{len(value) % 100:02d}{value}"


def _word(chance: random.Random, letters: str, most: int) -> str:
    return "".join(chance.choices(letters, k=chance.randint(1, most))).strip() or "A"


def elements(text: str) -> list[tuple[int, int]]:
    """Return begin and end of the tags as far as they read, by the widest notion of a digit."""
    found, at = [], 0
    while at + 4 <= len(text) and text[at + 2 : at + 4].isdecimal():
        end = at + 4 + int(text[at + 2 : at + 4])
        found.append((at, end))
        at = end
    return found


def _flip(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(LETTERS) + text[at + 1 :]


def _insert(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + "".join(chance.choices(LETTERS, k=chance.choice((1, 1, 2, 9)))) + text[at:]


def _delete(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice((1, 1, 2, 9)) :]


def _cut(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _duplicate_tag(chance: random.Random, text: str) -> str:
    if not (found := elements(text)):
        return text
    first, end = chance.choice(found)
    at = chance.choice(found)[chance.randrange(2)]
    return text[:at] + text[first:end] + text[at:]


def _move_tag(chance: random.Random, text: str) -> str:
    if not (found := elements(text)):
        return text
    first, end = chance.choice(found)
    rest = text[:first] + text[end:]
    at = chance.choice(elements(rest) or [(0, 0)])[0]
    return rest[:at] + text[first:end] + rest[at:]


def _change_length(chance: random.Random, text: str) -> str:
    if not (found := elements(text)):
        return text
    at, end = chance.choice(found)
    if end - at > 12 and chance.random() < 0.5:  # in a template
        inner = elements(text[at + 4 : end])
        at += 4 + chance.choice(inner)[0] if inner else 0
    by = chance.choice((-2, -1, 1, 2, -99, 98, chance.randrange(100)))
    number = int(text[at + 2 : at + 4]) if text[at + 2 : at + 4].isdecimal() else 0
    return f"{text[: at + 2]}{max(0, min(99, number + by)):02d}{text[at + 4 :]}"


def _other_digits(chance: random.Random, text: str) -> str:
    digits = dict(zip(DIGITS, chance.choice(OTHER_DIGITS), strict=True))
    share = chance.choice((0.02, 0.2, 1.0))
    return "".join(
        digits[sign] if sign in digits and chance.random() < share else sign for sign in text
    )


def _fill_with_strange(chance: random.Random, text: str) -> str:
    """Put other letters into one tag, its length kept."""
    if not (found := elements(text)):
        return text
    first, end = chance.choice(found)
    letters = chance.choice((STRANGE, MARKS, PLAIN))
    return text[: first + 4] + "".join(chance.choices(letters, k=end - first - 4)) + text[end:]


def _long(chance: random.Random, text: str) -> str:
    times = chance.choice((2, 2, 3, 5, 40))
    if len(text) > LONG:
        return text
    return (text[:-8] if chance.random() < 0.5 else text) * times


def _nested(chance: random.Random, text: str) -> str:
    """Put the end of the text into a template, in another, in another."""
    at = chance.choice(elements(text) or [(0, 0)])[0]
    inner = text[at:][:90]
    for _ in range(chance.choice((1, 2, 24))):
        inner = tlv(chance.choice(TEMPLATES), inner[:95])
    return text[:at] + inner


def _in_octets(chance: random.Random, text: str) -> str:
    """Put marks into a tag and count its length, and its template's, in octets of UTF-8."""
    if not (found := elements(text)):
        return text
    first, end = chance.choice(found)
    value = chance.choice((text[first + 4 : end], tlv("01", _word(chance, MARKS, 20))))
    value += _word(chance, MARKS, 4)
    size = len(value.encode(errors="surrogatepass")) % 100
    return f"{text[:first]}{text[first : first + 2]}{size:02d}{value}{text[end:]}"


def _lower(_chance: random.Random, text: str) -> str:
    return text[:-4] + text[-4:].lower()


def _ended(chance: random.Random, text: str) -> str:
    return text + chance.choice(("\n", "\r\n", "\r", " ", "\n\n", "\x00", "\u2028"))


def _seal(_chance: random.Random, text: str) -> str:
    return sealed(text)


BEGINNINGS: tuple[Callable[[random.Random], str], ...] = (_vector, _code, _foreign, _tags, _noise)
WEIGHTS = (40, 25, 20, 10, 5)
CHANGES: tuple[Change, ...] = (
    _flip, _flip, _insert, _delete, _cut, _duplicate_tag, _move_tag, _change_length,
    _change_length, _other_digits, _fill_with_strange, _long, _nested, _in_octets, _lower,
    _ended, _seal,
)  # fmt: skip
