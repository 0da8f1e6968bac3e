"""A6 cards as PDF: the press, read back page by page, against reportlab with `qrcode`'s PNGs.

Equal cards: the same texts in the same embedded fonts at the same places, error correction Q, one
A6 page each. The peer draws `qrcode`'s default picture (its own mask, ten pixels a module, PNG)
with reportlab's canvas and reads nothing back; the press draws, rasterises and reads every page
of the finished file. Whole processes, turn about, medians; memory is the kernel's VmHWM.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import qrcode
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.report import median, table
from market40.core.references import ALPHABET
from market40.merchants.domain.codes import account_display, static_payload
from market40.vietqr.sheets import HEADLINE, Card, print_file

ROUNDS = 5
COMPARED = 1_000  # cards in a turn of the comparison
FEW, MANY = 1_000, 10_000  # cards at which the press's memory is measured
FONTS = Path(__file__).parents[1] / "market40/vietqr/fonts"
GOODS = ("Rau", "Thịt lợn", "Cá", "Hàng khô", "Gạo nếp", "Vải thổ cẩm", "Chè Shan tuyết")
NAMES = ("LO THI MAY", "VANG A PAO", "NGUYEN VAN HUNG", "GIANG THI DUA", "HOANG VAN THANG")


def run() -> None:
    """Compare the two at equal cards, then measure the press's memory as cards grow."""
    turns: dict[str, list[dict]] = {"press": [], "peer": []}
    for _ in range(ROUNDS):
        for side, seen in turns.items():
            seen.append(_whole_process(side, COMPARED))
    rows = []
    for side, name in (("press", "press, read back"), ("peer", "reportlab + qrcode")):
        seen = turns[side]
        rows.append(
            (
                name,
                f"{COMPARED:,}",
                *(f"{median(turn[key] for turn in seen):.2f}" for key in ("wall", "cpu")),
                f"{COMPARED / median(turn['cpu'] for turn in seen):.0f}",
                f"{seen[0]['octets'] / COMPARED / 1024:.2f}",
            )
        )
    print(table(("A6 cards, EC Q", "cards", "s", "CPU s", "cards/CPU s", "KiB a page"), rows))
    for key, word in (("wall", "clock"), ("cpu", "CPU")):
        ratio = median(
            peer[key] / press[key]
            for press, peer in zip(turns["press"], turns["peer"], strict=True)
        )
        print(f"by the {word}: {ratio:.2f} times the peer's rate (wanted: 5)")
    few, many = _whole_process("press", FEW), _whole_process("press", MANY)
    rows = [
        (
            f"{count:,}",
            f"{turn['wall']:.1f}",
            f"{turn['cpu']:.1f}",
            f"{turn['octets'] / count / 1024:.2f}",
            f"{turn['peak_kib'] / 1024:.1f}",
        )
        for count, turn in ((FEW, few), (MANY, many))
    ]
    print(table(("press, cards", "s", "CPU s", "KiB a page", "peak MiB"), rows))
    print(f"peak memory: {many['peak_kib'] / few['peak_kib']:.2f} times (at most 1.5)")


def _whole_process(side: str, count: int) -> dict:
    with tempfile.TemporaryDirectory(prefix="market40-print-") as folder:
        command = [sys.executable, "-m", "benchmarks.print", side, str(count), folder]
        began = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout) | {"wall": time.perf_counter() - began}


def cards(count: int) -> Iterator[Card]:
    """Give distinct cards like those of a large market, always the same."""
    chance = random.Random(40)
    for n in range(1, count + 1):
        account = str(chance.randrange(10**9, 10**14))
        check = "".join(chance.choices(ALPHABET, k=6))
        number = f"{chance.choice('ABCDE')}{n}"
        yield Card(
            stall_name=f"{chance.choice(GOODS)} Cô Mẩy {n}",
            stall_number=number,
            market_name="Chợ phiên Đồng Văn",
            holder=chance.choice(NAMES),
            bank_name="Vietcombank",
            account_display=account_display(account),
            serial=f"{n:05d}",
            check_code=f"{check[:3]}-{check[3:]}",
            check_url=f"cho40.example/k/{check}",
            issued_on=date(2026, 11, 22),
            payload=static_payload(
                bank_bin="970436",
                account=account,
                reference="ZJS" + "".join(chance.choices(ALPHABET, k=7)),
                stall_number=number,
            ),
        )


def draw_peer(count: int, target: Path) -> None:
    """Draw the same cards the way one does who knows reportlab and qrcode, and no more."""
    for weight in ("Regular", "SemiBold", "ExtraBold"):
        pdfmetrics.registerFont(TTFont(weight, FONTS / f"BeVietnamPro-{weight}.ttf"))
    canvas = Canvas(str(target), (105 * mm, 148 * mm), pageCompression=1, initialFontName="Regular")
    for card in cards(count):
        lines = (
            (HEADLINE, "ExtraBold", 12.5, 10.4),
            (card.stall_name, "ExtraBold", 18, 17.6),
            (f"Sạp {card.stall_number} · {card.market_name}", "Regular", 9.5, 22.4),
            (card.holder, "ExtraBold", 14, 109.3),
            (f"{card.bank_name} · {card.account_display}", "Regular", 11, 115.3),
            ("Xem đúng TÊN NGƯỜI NHẬN rồi mới chuyển", "SemiBold", 10, 123.7),
        )
        for text, font, size, down in lines:
            canvas.setFont(font, size)
            canvas.drawCentredString(52.5 * mm, (148 - down) * mm, text)
        canvas.roundRect(7 * mm, 21.8 * mm, 91 * mm, 7.4 * mm, 2 * mm)
        canvas.setFont("Regular", 7.5)
        canvas.drawString(7 * mm, 9.4 * mm, "Kiểm tra mã")
        canvas.drawRightString(
            98 * mm, 9.4 * mm, f"Số {card.serial} · in {card.issued_on:%d/%m/%Y}"
        )
        canvas.drawRightString(98 * mm, 5.4 * mm, card.check_url)
        canvas.setFont("ExtraBold", 10.5)
        canvas.drawString(7 * mm, 5.2 * mm, card.check_code)
        symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q)
        symbol.add_data(card.payload)
        picture = BytesIO()
        symbol.make_image().save(picture, "PNG")
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 11.8 * mm, 43.2 * mm, 81.4 * mm, 81.4 * mm)
        canvas.showPage()
    canvas.save()


def _one(side: str, count: int, folder: Path) -> None:
    target = folder / "cards.pdf"
    if side == "press":
        print_file(cards(count), target)
    else:
        draw_peer(count, target)
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    seen = {
        "cpu": time.process_time(),
        "octets": target.stat().st_size,
        "peak_kib": int(peak.split()[1]),
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    _one(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
