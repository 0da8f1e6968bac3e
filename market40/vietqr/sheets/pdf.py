"""A PDF written page by page: what is drawn goes to the file at once, only offsets are kept.

reportlab's canvas keeps every page until it saves; this keeps nothing but where each object
begins (eight octets) and the glyphs that were used, so that ten thousand pages cost the memory of
one. Fonts are composite (Type0, Identity-H), embedded as subsets when the file is closed; their
metrics and subsets are reportlab's work. Source: PDF 1.4 Reference (Adobe, 2001), §3.4, §3.6, §5.6.
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct
from threading import Lock
from typing import BinaryIO, Final, get_args

from market40.vietqr import typeset
from market40.vietqr.typeset import Weight

CATALOG, PAGES, RESOURCES, INFO = 1, 2, 3, 4
_KIDS: Final = 100  # pages in a node of the tree: readers find page 9,000 in three steps
_SUBSET: Final = "MARKET"  # six capitals before a font's name say that it is a subset
_SUBSETTING: Final = Lock()  # a face keeps its place while it copies glyphs
_HEX: Final = 4  # digits of a glyph's number in text
FONT_NAMES: Final[dict[Weight, str]] = {w: f"F{n}" for n, w in enumerate(get_args(Weight))}

_PLACE: Final = Struct("<IQ")  # an object's number and where it begins


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document under way stands: octets, pages, and each weight's letters so far.

    With it and the places of its objects the document is gone on with elsewhere. The letters
    stand in the order of their first use, which tells of the first names: keep them sealed.
    """

    at: int = 0
    pages: int = 0
    letters: tuple[str, ...] = ("",) * len(FONT_NAMES)


class Glyphs:
    """The glyphs of one weight that a document uses, numbered in the order of their first use."""

    def __init__(self, weight: Weight, letters: str = "") -> None:
        self.face = typeset.font(weight)
        self.letters: list[int] = []  # the first character of each glyph, glyph 1 first
        self._codes: dict[str, str] = {}
        self._by_glyph: dict[int, str] = {}
        self.encode(letters)

    def encode(self, text: str) -> str:
        """Return `text` as the hexadecimal string that shows it; every character has a glyph."""
        codes = self._codes
        try:
            return "".join([codes[letter] for letter in text])
        except KeyError:
            return "".join([codes.get(letter) or self._add(letter) for letter in text])

    def _add(self, letter: str) -> str:
        glyph = self.face.charToGlyph[ord(letter)]
        if glyph not in self._by_glyph:
            self.letters.append(ord(letter))
            self._by_glyph[glyph] = f"{len(self.letters):0{_HEX}x}"
        return self._codes.setdefault(letter, self._by_glyph[glyph])

    def subset(self) -> bytes:
        """Return a font file of the glyphs used, under the numbers that `encode` gave them."""
        with _SUBSETTING:
            content: bytes = self.face.makeSubset(self.letters)
        return content

    def widths(self) -> str:
        """Return the advance of each glyph from 1 on, in thousandths of the size."""
        return " ".join(f"{self.face.charWidths[letter]:g}" for letter in self.letters)

    def to_unicode(self) -> bytes:
        """Return the CMap by which a reader copies and searches the text."""
        pairs = [f"<{n:04x}> <{letter:04x}>" for n, letter in enumerate(self.letters, 1)]
        blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
        body = "\n".join(
            f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks
        )
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
            f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode("ascii")


class Document:
    """A PDF under way. `add_page` for each page, then `close`; the caller owns `out`.

    With `standing` it goes on where another one stood, to the same octets: `out` then takes only
    what follows, and before `close` it must have heard of the `places` of all objects so far.
    """

    def __init__(
        self,
        out: BinaryIO,
        *,
        title: str,
        standing: Standing = Standing(),
        places: Iterable[bytes] = (),
    ) -> None:
        self._out, self._title = out, title
        self._at, self.pages = standing.at, standing.pages
        whole, rest = divmod(self.pages, _KIDS)
        self._nodes = [_node(number) for number in range(whole + (rest > 0))]
        kids = range(self.pages - (rest or min(self.pages, _KIDS)), self.pages)
        self._kids = [_node(page // _KIDS) + 2 * (page % _KIDS) + 2 for page in kids]
        self._offsets = array("Q", [0] * (INFO + 1 + len(self._nodes) + 2 * self.pages))
        for packed in places:
            for number, offset in _PLACE.iter_unpack(packed):
                self._offsets[number] = offset
        self.glyphs: dict[Weight, Glyphs] = {
            weight: Glyphs(weight, letters)
            for weight, letters in zip(FONT_NAMES, standing.letters, strict=True)
        }
        if not self._at:
            self._write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")

    def standing(self) -> Standing:
        """Return where the document stands after its last page."""
        letters = ["".join(map(chr, glyphs.letters)) for glyphs in self.glyphs.values()]
        return Standing(self._at, self.pages, tuple(letters))

    def places(self) -> bytes:
        """Return where each object begins that this document has written, or heard of."""
        known = ((number, offset) for number, offset in enumerate(self._offsets) if offset)
        return b"".join([_PLACE.pack(number, offset) for number, offset in known])

    def add_page(self, width: float, height: float, content: str) -> None:
        """Write a page of `width` by `height` points whose marks `content` makes (ASCII)."""
        if len(self._kids) == _KIDS:
            self._end_node()
        if not self._kids:
            self._nodes.append(self._reserve())
        stream = self._stream(self._reserve(), "", content.encode("ascii"))
        page = self._reserve()
        box = f"/MediaBox[0 0 {_not_above(width)} {_not_above(height)}]"
        self._object(
            page, f"<</Type/Page/Parent {self._nodes[-1]} 0 R{box}/Contents {stream} 0 R>>"
        )
        self._kids.append(page)
        self.pages += 1

    def close(self) -> None:
        """Write fonts, the tree of pages and the table of offsets: the file is whole."""
        assert self._kids, "a document has a page"
        self._end_node()
        fonts = "".join(
            f"/{FONT_NAMES[weight]} {self._font(glyphs, weight)} 0 R"
            for weight, glyphs in self.glyphs.items()
            if glyphs.letters
        )
        self._object(RESOURCES, f"<</Font<<{fonts}>>>>")
        kids = _references(self._nodes)
        self._object(
            PAGES,
            f"<</Type/Pages/Count {self.pages}/Kids[{kids}]/Resources {RESOURCES} 0 R>>",
        )
        self._object(
            CATALOG,
            f"<</Type/Catalog/Pages {PAGES} 0 R/Lang(vi-VN)"
            "/ViewerPreferences<</PrintScaling/None/DisplayDocTitle true>>>>",
        )
        title = self._title.encode("utf-16-be").hex()
        self._object(INFO, f"<</Title<feff{title}>/Creator(market40)>>")
        self._end()

    def _end_node(self) -> None:
        kids = _references(self._kids)
        self._object(
            self._nodes[-1],
            f"<</Type/Pages/Parent {PAGES} 0 R/Count {len(self._kids)}/Kids[{kids}]>>",
        )
        self._kids = []

    def _font(self, glyphs: Glyphs, weight: Weight) -> int:
        face = glyphs.face
        program = glyphs.subset()
        file = self._stream(self._reserve(), f"/Length1 {len(program)}", program)
        unicode = self._stream(self._reserve(), "", glyphs.to_unicode())
        name = f"/{_SUBSET}+BeVietnamPro-{weight}"
        box = " ".join(f"{edge:g}" for edge in face.bbox)
        descriptor, descendant, font = self._reserve(), self._reserve(), self._reserve()
        self._object(
            descriptor,
            f"<</Type/FontDescriptor/FontName{name}/Flags 4/FontBBox[{box}]/ItalicAngle 0"
            f"/Ascent {face.ascent:g}/Descent {face.descent:g}/CapHeight {face.capHeight:g}"
            f"/StemV {face.stemV:g}/FontFile2 {file} 0 R>>",
        )
        self._object(
            descendant,
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}/CIDToGIDMap/Identity"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {descriptor} 0 R/DW 0/W[1[{glyphs.widths()}]]>>",
        )
        self._object(
            font,
            f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>",
        )
        return font

    def _end(self) -> None:
        start = self._at
        lines = [b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets)]
        lines += [b"%010d 00000 n \n" % offset for offset in self._offsets[1:]]
        self._write(b"".join(lines))
        trailer = f"<</Size {len(self._offsets)}/Root {CATALOG} 0 R/Info {INFO} 0 R>>"
        self._write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode("ascii"))

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _stream(self, number: int, entries: str, content: bytes) -> int:
        packed = zlib.compress(content, 6)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{entries}>>stream\n".encode("ascii")
        self._raw(number, head + packed + b"\nendstream")
        return number

    def _object(self, number: int, body: str) -> None:
        self._raw(number, body.encode("ascii"))

    def _raw(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _node(number: int) -> int:
    """Return the object's number of a node of the page tree; its pages come right behind it."""
    return INFO + 1 + number * (1 + 2 * _KIDS)


def _not_above(length: float) -> str:
    """Return points cut after the fourth place: no raster gets a row of pixels too many."""
    return f"{math.floor(length * 1e4) / 1e4:.4f}"


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)
