"""Fifty seeded codes as a market has them, and an independent eye to read pictures."""

import random

import pytest
import zxingcpp

from market40.vietqr.banks import all_banks
from market40.vietqr.codec import VietQR, encode

_REFERENCE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@pytest.fixture(scope="session")
def payloads():
    chance = random.Random(20261122)
    bins = [entry.bin for entry in all_banks()]
    return [
        encode(
            VietQR(
                bin=chance.choice(bins),
                account="".join(chance.choices("0123456789", k=chance.randint(6, 19))),
                amount=chance.choice([None, chance.randint(1, 499_999_999)]),
                purpose="ZJ"
                + "".join(chance.choices(_REFERENCE, k=8))
                + chance.choice(["", " A12"]),
                name_vi=chance.choice([None, None, "Sạp Cô Bảy"]),
            )
        )
        for _ in range(50)
    ]


@pytest.fixture(scope="session")
def read_back():
    def read(image):
        return [found.text for found in zxingcpp.read_barcodes(image)]

    return read
