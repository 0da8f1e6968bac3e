"""`market40 vietqr`: the engine for people and pipelines, one payload or JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import click

from market40.core.errors import InvalidInput
from market40.vietqr import banks as directory
from market40.vietqr import selfcheck
from market40.vietqr.bank_search import search
from market40.vietqr.codec import MAX_AMOUNT, VietQRError, inspect
from market40.vietqr.errors import PayloadFault
from market40.vietqr.photo_command import read_command
from market40.vietqr.request import payload_from
from market40.vietqr.rules import PROFILES, ProfileName
from market40.vietqr.symbol import Level

MAX_LINE = 65_536  # octets; what is longer is cut, and refused as too long


@click.group()
def vietqr() -> None:
    """Read, write and draw VietQR payloads."""


vietqr.add_command(read_command)


@vietqr.command("decode")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="napas", show_default=True)
@click.option("--lenient", is_flag=True, help="Read on over faults that writers are known for.")
@click.argument("payloads", nargs=-1)
def decode_command(profile: ProfileName, *, lenient: bool, payloads: tuple[str, ...]) -> None:
    """Tell what PAYLOADS say, from arguments or one a line from standard input.

    Prints one JSON object a payload: valid, errors, warnings, fields, templates (whose each is,
    by tag). A wrong payload is an answer, not a failure: the exit status is 0.
    """
    source = iter(payloads) if payloads else _lines(sys.stdin.buffer)
    for payload in source:
        reading = inspect(payload, profile=profile, lenient=lenient)
        _print_json(
            {
                "valid": reading.valid,
                "errors": [fault._asdict() for fault in reading.errors],
                "warnings": [fault._asdict() for fault in reading.warnings],
                "fields": dict(reading.fields),
                "templates": dict(reading.templates),
            }
        )


@vietqr.command("encode")
@click.option("--bin", "bin_", help="Six digits of the bank; without it, JSON lines are read.")
@click.option("--account", help="1 to 19 letters and digits.")
@click.option("--amount", type=int, help="Whole dong; left out, the payer types.")
@click.option("--memo", help="The transfer's memo (62.08).")
@click.option("--name", help="The merchant's name (59; with marks also 64).")
@click.option("--city", help="The merchant's city (60).")
@click.option("--store-label", help="The stall (62.03).")
@click.option("--service", help="QRIBFTTA unless said otherwise.")
def encode_command(bin_: str | None, **options: str | int | None) -> None:
    """Print the payload for the options, or for each JSON object on standard input.

    Keys: bin, account, amount, memo, name, city, store_label, service. A line that is refused
    is told on standard error with its number; the exit status is then 1. A bank that the
    directory does not have, a memo that had to be changed and an amount over what one transfer
    takes are notes there. An amount as text may have a fraction of zeros ("50000.00").
    """
    if bin_ is not None:
        try:
            click.echo(_payload({"bin": bin_, **options}, "lưu ý"))
        except VietQRError as error:
            raise click.ClickException(str(error)) from error
        return
    if any(value is not None for value in options.values()):
        raise click.UsageError("--bin is needed beside other options")
    refused = 0
    for number, line in enumerate(_lines(sys.stdin.buffer), 1):
        try:
            _print(_payload(_object(line), f"dòng {number}: lưu ý"))
        except VietQRError as error:
            refused += 1
            click.echo(f"dòng {number}: {error}", err=True)
    if refused:
        raise click.ClickException(f"{refused} dòng bị từ chối.")


@vietqr.command("image")
@click.argument("payload")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--svg", is_flag=True, help="SVG instead of PNG.")
@click.option("--level", type=click.Choice(["L", "M", "Q", "H"]), default="M", show_default=True)
@click.option("--module-px", type=int, default=8, show_default=True, help="PNG only.")
def image_command(payload: str, out: Path, *, svg: bool, level: Level, module_px: int) -> None:
    """Draw PAYLOAD into a file."""
    faults = inspect(payload).errors
    if faults:
        raise click.ClickException(str(VietQRError(faults[0])))
    try:
        content = (
            selfcheck.svg(payload, level=level).encode()
            if svg
            else selfcheck.png(payload, level=level, module_px=module_px)
        )
        out.write_bytes(content)
    except (VietQRError, OSError) as error:
        raise click.ClickException(str(error)) from error


@vietqr.command("banks")
@click.argument("words", metavar="[NAME]", nargs=-1)
def banks_command(words: tuple[str, ...]) -> None:
    """List the banks, or those that NAME may mean, the likeliest first.

    NAME is a BIN, code or SWIFT, any usual or former name, a part of one, or one letter off.
    Columns, divided by tabs: BIN, code, short name, whether the app scans, full name.
    """
    try:
        entries = search(" ".join(words))
    except InvalidInput as error:
        raise click.ClickException(str(error)) from error
    if not entries:
        raise click.ClickException("Không có ngân hàng nào mang tên này.")
    for entry in entries:
        scans = {True: "scans", False: "receives only", None: "unknown"}[entry.scans]
        _print("\t".join((entry.bin, entry.code, entry.short_name, scans, entry.name_vi)))


def _payload(request: Mapping[str, Any], note: str) -> str:
    payload = payload_from(request)
    says = inspect(payload).fields
    purpose = says.get("purpose", "")
    if not directory.is_known(says["bin"]):
        click.echo(f"{note}: danh mục không có ngân hàng nào mang mã BIN {says['bin']}.", err=True)
    if request.get("memo") and purpose != request["memo"]:
        click.echo(f"{note}: nội dung chuyển khoản được ghi là “{purpose}”.", err=True)
    if int(says.get("amount", "0").partition(".")[0]) > MAX_AMOUNT:
        click.echo(f"{note}: NAPAS 247 chuyển nhiều nhất {MAX_AMOUNT} đồng một lần.", err=True)
    return payload


def _object(line: str) -> Mapping[str, Any]:
    try:
        request = json.loads(line, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise VietQRError(
            PayloadFault("BAD_JSON", "root", None, "Không phải một đối tượng JSON.")
        ) from error
    if not isinstance(request, dict):
        raise VietQRError(PayloadFault("BAD_JSON", "root", None, "Không phải một đối tượng JSON."))
    return request


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members; one that is there twice is refused, as a tag would be."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in members if names.count(name) > 1)
        raise VietQRError(
            PayloadFault("DUPLICATE_KEY", twice, None, "Xuất hiện nhiều hơn một lần.")
        )
    return members


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Yield each line without its LF or CRLF; octets that are no UTF-8 stay to be refused."""
    while line := stream.readline(MAX_LINE):
        rest = line
        while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE)
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode(errors="surrogateescape")


def _print_json(answer: Mapping[str, Any]) -> None:
    _print(json.dumps(answer, ensure_ascii=False))


def _print(text: str) -> None:
    click.echo(text.encode(errors="backslashreplace"))
