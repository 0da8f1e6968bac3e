"""Addresses that share a limit."""

from __future__ import annotations

import pytest

from market40.core.addresses import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("", ""),
        ("x" * 500, "x" * 100),
    ],
)
def test_an_address_is_counted_with_its_household(address, network):
    assert network_of(address) == network
