"""What makes a printed code hard to read, refused before it is drawn, as a fault of the card."""

from __future__ import annotations

from typing import Literal

from market40.vietqr import layout
from market40.vietqr.sheets.card import BadCard

Use = Literal["card", "receipt"]


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

    The limits are `layout.guard`'s. `module_mm` is a module's side, `quiet_modules` the white
    around in modules, the colours are `#rrggbb`, `logo_share` is the part of the symbol's area
    that a picture covers.
    """
    try:
        layout.guard(
            use,
            module=module_mm,
            quiet=quiet_modules,
            logo_share=logo_share,
            dark=dark,
            light=light,
        )
    except layout.LayoutRefused as error:
        raise BadLayout(error.message) from error
