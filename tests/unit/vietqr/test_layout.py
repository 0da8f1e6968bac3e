"""What would not be scanned is refused, at the very limit."""

import pytest

from market40.vietqr.layout import LayoutRefused, guard

RIGHT = {"module": 2, "quiet": 4}


@pytest.mark.parametrize(
    ("use", "options"),
    [
        ("card", {"module": 1.25}),
        ("card", {"module": 50 / 40}),
        ("receipt", {"module": 0.75}),
        ("screen", {"module": 2}),
        ("card", {"logo_share": 0.12}),
        ("card", {"dark": "#17212B"}),
        ("card", {"dark": "#737373"}),  # 140 greys from white
        ("card", {"dark": "#0a0a0a", "light": "#96ffa0"}),
    ],
)
def test_what_is_read_may_be_drawn(use, options):
    guard(use, **{**RIGHT, **options})


@pytest.mark.parametrize(
    ("use", "options", "code"),
    [
        ("card", {"module": 1.249}, "MODULE_TOO_SMALL"),
        ("card", {"module": float("nan")}, "MODULE_TOO_SMALL"),
        ("receipt", {"module": 0.749}, "MODULE_TOO_SMALL"),
        ("screen", {"module": 1}, "MODULE_TOO_SMALL"),
        ("card", {"quiet": 3.99}, "QUIET_ZONE_TOO_NARROW"),
        ("card", {"logo_share": 0.121}, "LOGO_TOO_LARGE"),
        ("card", {"logo_share": -0.1}, "LOGO_TOO_LARGE"),
        ("card", {"dark": "#fff", "light": "#ffffff"}, "BAD_COLOUR"),
        ("card", {"light": "white"}, "BAD_COLOUR"),
        ("card", {"dark": "#ffffff", "light": "#000000"}, "INVERTED"),
        ("card", {"dark": "#ff0000", "light": "#007000"}, "INVERTED"),
        ("card", {"dark": "#747474"}, "FAINT"),  # contrast 4.7, but 139 greys
        ("card", {"dark": "#ff0000"}, "FAINT"),  # 179 greys, but contrast 4.0
        ("card", {"dark": "#787878", "light": "#828282"}, "FAINT"),
        ("card", {"dark": "#123456", "light": "#123456"}, "FAINT"),
    ],
)
def test_what_would_not_be_scanned_is_refused(use, options, code):
    with pytest.raises(LayoutRefused) as refused:
        guard(use, **{**RIGHT, **options})
    assert refused.value.code == code
    assert refused.value.http_status == 422


def test_the_refusal_says_what_would_be_right():
    with pytest.raises(LayoutRefused, match=r"Mỗi ô 1\.1 mm, ít nhất phải 1\.25 mm"):
        guard("card", module=1.1, quiet=4)
