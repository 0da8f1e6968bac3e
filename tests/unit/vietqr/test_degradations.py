"""Three decoders read what we draw after all that profile P1 does to it; the known-bad they do not.

The short form: a static stall code, an intent's, and their kind at both levels. `make bench`
(`symbols`) does the same with many more.
"""

from io import BytesIO

import pytest
from PIL import Image

from market40.vietqr import selfcheck
from market40.vietqr.codec import VietQR, encode
from market40.vietqr.layout import LayoutRefused, guard
from market40.vietqr.symbol import ON_SCREEN, ON_STALL
from tests.degrade import CONTROLS, MODULE, P1, QUIET, READERS

STALL = encode(VietQR("970436", "0011012345678", purpose="ZJS7KQ2ZMN", store_label="A12"))
INTENT = encode(VietQR("970422", "1234567890123456789", amount=45_000, purpose="ZJABCDEFQN"))
SHIPPED = [(STALL, ON_STALL), (INTENT, ON_SCREEN), (STALL, ON_SCREEN), (INTENT, ON_STALL)]


def _drawn(payload, level):
    data = selfcheck.png(payload, level=level, module_px=MODULE, quiet=QUIET)
    return Image.open(BytesIO(data)).convert("L")


def test_the_profile_has_sixteen_rows():
    assert len(P1) == 16


@pytest.mark.parametrize("row", P1)
def test_every_decoder_reads_what_is_shipped(row):
    for payload, level in SHIPPED:
        harmed = P1[row](_drawn(payload, level))
        read = {name: reader(harmed) for name, reader in READERS.items()}
        assert read == {name: [payload.encode()] for name in READERS}


@pytest.mark.parametrize("row", CONTROLS)
def test_some_decoder_does_not_read_the_known_bad(row):
    """So the harness can tell bad from good, and none of these may ever be drawn."""
    for payload, level in SHIPPED:
        harmed = CONTROLS[row](_drawn(payload, level))
        assert any(reader(harmed) != [payload.encode()] for reader in READERS.values())


@pytest.mark.parametrize(
    ("measures", "code"),
    [
        ({"logo_share": 0.30}, "LOGO_TOO_LARGE"),
        ({"quiet": 0}, "QUIET_ZONE_TOO_NARROW"),
        ({"dark": "#ffffff", "light": "#000000"}, "INVERTED"),
        ({"dark": "#7c7c7c", "light": "#848484"}, "FAINT"),
        ({"module": 1.1}, "MODULE_TOO_SMALL"),
    ],
)
def test_the_known_bad_is_refused_before_it_is_drawn(measures, code):
    with pytest.raises(LayoutRefused, match=code):
        guard("screen", **{"module": 8, "quiet": 4, **measures})
