"""What makes a printed code hard to read, refused before it is drawn.

Source: the study's simulated cameras (research/vietqr §5.4) and ISO/IEC 18004's quiet zone.
"""

from __future__ import annotations

from typing import Final, Literal

from market40.vietqr.sheets.card import BadCard

Use = Literal["card", "receipt"]

LEAST_MODULE_MM: Final[dict[Use, float]] = {"card": 1.25, "receipt": 0.75}
LEAST_QUIET: Final = 4.0  # modules
MOST_LOGO: Final = 0.12  # of the symbol's area
LEAST_CONTRAST: Final = 4.5  # WCAG's ratio of luminances, dark on light
_SLACK: Final = 1e-9  # sizes are computed from millimetres


class BadLayout(BadCard):
    """A layout in which a code would be hard to read; the message says what is too small."""

    code = "bad_layout"


def guard(
    *,
    use: Use,
    module_mm: float,
    quiet_modules: float,
    dark: str = "#000000",
    light: str = "#ffffff",
    logo_share: float = 0.0,
) -> None:
    """Return for a layout that reads well; raise `BadLayout` for any other.

    `module_mm` is a module's side, `quiet_modules` the white around in modules, the colours are
    `#rrggbb`, `logo_share` is the part of the symbol's area that a picture covers.
    """
    least = LEAST_MODULE_MM[use]
    if module_mm < least - _SLACK:
        raise BadLayout(f"Mỗi ô của mã chỉ {module_mm:.2f} mm, nhỏ hơn {least} mm: khó quét.")
    if quiet_modules < LEAST_QUIET - _SLACK:
        raise BadLayout(
            f"Viền trắng quanh mã chỉ {quiet_modules:.1f} ô, ít nhất {LEAST_QUIET:.0f}."
        )
    if logo_share > MOST_LOGO:
        raise BadLayout(f"Hình che {logo_share:.0%} mã, nhiều nhất {MOST_LOGO:.0%}.")
    on_dark, on_light = _luminance(dark), _luminance(light)
    if on_dark >= on_light:
        raise BadLayout("Mã in ngược màu: ô phải đậm trên nền sáng.")
    contrast = (on_light + 0.05) / (on_dark + 0.05)
    if contrast < LEAST_CONTRAST:
        raise BadLayout(f"Màu mã quá nhạt: tương phản {contrast:.1f}, ít nhất {LEAST_CONTRAST}.")


def _luminance(colour: str) -> float:
    """Return a colour's relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = []
    for at in (1, 3, 5):
        level = int(colour[at : at + 2], 16) / 255
        parts.append(level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
