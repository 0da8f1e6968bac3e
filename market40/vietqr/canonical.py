"""The one form of a valid payload, for comparing and for writing again what somebody else wrote."""

from __future__ import annotations

from market40.vietqr import tlv
from market40.vietqr.codec import inspect
from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.rules import ProfileName, crc

_TEMPLATES = frozenset({*(str(tag) for tag in range(26, 52)), "38.01", "62", "64"})


def canonical(payload: str, *, profile: ProfileName = "napas") -> str:
    """Return the payload with its tags in order, a plain amount and its CRC in capitals.

    Tags rise with 00 first and 63 last, in the templates that the profile reads too; an amount
    loses leading zeros and an empty fraction ("050000.00" is "50000"). Other values stand to the
    letter. Canonical of canonical is itself. Raises `VietQRError` for a payload that is invalid.
    """
    found = inspect(payload, profile=profile)
    if found.errors:
        raise VietQRError(found.errors[0])
    parts = {element.tag: element.value for element in tlv.read(payload, [])}
    del parts["63"]
    if "54" in parts:
        whole, _, fraction = parts["54"].partition(".")
        fraction = fraction.rstrip("0")
        parts["54"] = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    body = "".join(tlv.write(tag, _ordered(tag, parts[tag])) for tag in sorted(parts)) + "6304"
    return body + crc(body.encode())


def _ordered(path: str, value: str) -> str:
    """Return a template with its tags in order; what is none, or does not read, as it is."""
    if path not in _TEMPLATES:
        return value
    faults: list[PayloadFault] = []
    parts = {element.tag: element.value for element in tlv.read(value, faults)}
    if faults:
        return value
    return "".join(tlv.write(tag, _ordered(f"{path}.{tag}", parts[tag])) for tag in sorted(parts))
