"""The guard before every artefact: what would not be scanned is refused, not warned of.

Limits and their measurements: the study of the format, §5.2 to §5.4 (a module under 1.25 mm is
lost at arm's length, a logo of 30 % in all six decoders, white on black in three of six).
"""

from __future__ import annotations

import re
from typing import Literal

from market40.vietqr.errors import PayloadFault, VietQRError

Use = Literal["card", "receipt", "screen"]

QUIET_ZONE = 4  # modules of light on each side, ISO/IEC 18004
LEAST_MODULE: dict[Use, float] = {"card": 1.25, "receipt": 0.75, "screen": 2}  # mm, mm, pixels
MOST_LOGO = 0.12  # of the symbol's area
LEAST_CONTRAST = 4.5  # of relative luminances, as WCAG 2 reckons them
LEAST_SPAN = 140  # between the greys that a camera sees, of 255

Colour = tuple[int, int, int]
_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_SLACK = 1e-9  # 50 mm by 40 modules is 1.25 mm, whatever binary fractions make of it


class LayoutRefused(VietQRError):
    """A symbol that readers would not find; `code` says why, `path` names the measure."""

    code = "layout"


def guard(
    use: Use,
    *,
    module: float,
    quiet: float,
    logo_share: float = 0.0,
    dark: str = "#000000",
    light: str = "#ffffff",
) -> None:
    """Return if a symbol may be drawn so; raise `LayoutRefused` otherwise.

    `module` is a module's width in mm on cards and receipts, in pixels on screens; `quiet` the
    light on each side in modules; `logo_share` the part of the symbol's area that a picture
    covers; `dark` and `light` are `#rrggbb`. Codes: `MODULE_TOO_SMALL`, `QUIET_ZONE_TOO_NARROW`,
    `LOGO_TOO_LARGE`, `BAD_COLOUR`, `INVERTED`, `FAINT`.
    """
    least = LEAST_MODULE[use]
    if not module >= least - _SLACK:
        unit = "điểm ảnh" if use == "screen" else "mm"
        message = f"Mỗi ô {module:.3g} {unit}, ít nhất phải {least:.3g} {unit} mới quét được."
        raise _refused("MODULE_TOO_SMALL", "module", message)
    if not quiet >= QUIET_ZONE - _SLACK:
        message = f"Viền trắng {quiet:.3g} ô, ít nhất phải {QUIET_ZONE} ô."
        raise _refused("QUIET_ZONE_TOO_NARROW", "quiet", message)
    if not 0 <= logo_share <= MOST_LOGO + _SLACK:
        message = f"Hình che {logo_share:.1%} diện tích mã, nhiều nhất {MOST_LOGO:.0%}."
        raise _refused("LOGO_TOO_LARGE", "logo_share", message)
    _legible(_rgb(dark, "dark"), _rgb(light, "light"))


def _legible(dark: Colour, light: Colour) -> None:
    span = _grey(light) - _grey(dark)
    if span < 0 or _luminance(light) < _luminance(dark):
        message = "Ô đậm phải tối hơn nền: mã âm bản nhiều máy không đọc."
        raise _refused("INVERTED", "dark", message)
    ratio = (_luminance(light) + 0.05) / (_luminance(dark) + 0.05)
    if ratio < LEAST_CONTRAST or span < LEAST_SPAN:
        message = (
            f"Màu quá nhạt: tương phản {ratio:.1f} (ít nhất {LEAST_CONTRAST}),"
            f" cách nhau {span:.0f} mức xám (ít nhất {LEAST_SPAN})."
        )
        raise _refused("FAINT", "dark", message)


def _rgb(colour: str, name: str) -> Colour:
    parts = _COLOUR.fullmatch(colour)
    if parts is None:
        raise _refused("BAD_COLOUR", name, "Màu phải viết như #17212b.")
    red, green, blue = (int(part, 16) for part in parts.groups())
    return red, green, blue


def _grey(colour: Colour) -> float:
    """Return the grey that a camera makes of a colour (ITU-R BT.601), 0 to 255."""
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _luminance(colour: Colour) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2)."""
    red, green, blue = (
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _refused(code: str, measure: str, message: str) -> LayoutRefused:
    return LayoutRefused(PayloadFault(code, measure, None, message))
