"""Frames as an inspector's phone sees them, and a Chromium whose camera shows them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Playwright

from market40.vietqr.images import png
from market40.vietqr.symbol import Level

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
VIEW = (1280, 720)
WALL = (168, 150, 122)


def card(payload: str, side: int, *, level: Level = "Q", inverted: bool = False) -> Image.Image:
    """A code with its quiet zone, as it is printed; `inverted` is light on dark."""
    picture = Image.open(BytesIO(png(payload, level=level, module_px=8))).convert("L")
    if inverted:
        picture = Image.eval(picture, lambda value: 255 - value)
    return picture.resize((side, side), Image.Resampling.LANCZOS).convert("RGB")


def frame(*placed: tuple[Image.Image, tuple[int, int], float]) -> Image.Image:
    """A wall with what hangs there: each with its middle and its tilt in degrees, later on top."""
    wall = Image.new("RGB", VIEW, WALL)
    for picture, (x, y), degrees in placed:
        turned = picture.convert("RGBA").rotate(
            degrees, expand=True, resample=Image.Resampling.BICUBIC
        )
        wall.paste(turned, (x - turned.width // 2, y - turned.height // 2), turned)
    return wall.filter(ImageFilter.GaussianBlur(0.7))


def film(path: Path, frames: Sequence[Image.Image]) -> Path:
    """Write frames as Motion JPEG, which the fake camera plays again and again."""
    with path.open("wb") as file:
        for picture in frames:
            picture.save(file, "JPEG", quality=88)
    return path


@contextmanager
def filming(playwright: Playwright, path: Path) -> Iterator[Browser]:
    """Start a Chromium whose camera shows the film."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "the browser tests need Chromium: apt-get install -y chromium"
    browser = playwright.chromium.launch(
        executable_path=found, args=[*ARGS, f"--use-file-for-fake-video-capture={path}"]
    )
    try:
        yield browser
    finally:
        browser.close()
