"""Network addresses, counted as those who share them: for limits on tries and look-ups."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """Return what one household of addresses is counted as: an IPv4 address, an IPv6 /64.

    What is no address is returned as it is.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
