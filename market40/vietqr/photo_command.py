"""`market40 vietqr read`: what stands in photos, one JSON object a photo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from market40.vietqr import photo
from market40.vietqr.photo_reader import PhotoReader


@click.command("read")
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
def read_command(photos: tuple[Path, ...]) -> None:
    """Tell every code in PHOTOS (JPEG, PNG, WebP): text, format, corners, and a payload's fields.

    Prints one JSON object a photo: file, width, height, brought_up and symbols, or file and
    error. A photo without a code is an answer; one that cannot be read makes the exit status 1.
    """
    refused = 0
    reader = PhotoReader()
    for path in photos:
        answer: dict[str, Any] = {"file": str(path)}
        try:
            with path.open("rb") as file:
                found = reader.read(file.read(photo.MAX_OCTETS + 1), every_kind=True)
        except photo.PhotoRefused as error:
            refused += 1
            answer["error"] = {"code": error.code, "message": error.detail}
        except OSError as error:
            refused += 1
            answer["error"] = {"code": "unreadable_file", "message": error.strerror}
        else:
            answer |= {"width": found.width, "height": found.height}
            answer |= {"brought_up": found.brought_up, "symbols": [_told(s) for s in found.seen]}
        click.echo(json.dumps(answer, ensure_ascii=False).encode(errors="backslashreplace"))
    if refused:
        raise click.ClickException(f"{refused} ảnh không đọc được.")


def _told(seen: photo.Seen) -> dict[str, Any]:
    told: dict[str, Any] = {"text": seen.text, "format": seen.format, "corners": seen.corners}
    if seen.reading is not None:
        told["valid"] = seen.reading.valid
        told["errors"] = [fault._asdict() for fault in seen.reading.errors]
        told["warnings"] = [fault._asdict() for fault in seen.reading.warnings]
        told["fields"] = dict(seen.reading.fields)
    return told
