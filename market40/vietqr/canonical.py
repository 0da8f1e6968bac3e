"""The one form of a valid payload, for comparing and for writing again what somebody else wrote."""

from __future__ import annotations

from market40.vietqr import tlv
from market40.vietqr.codec import inspect
from market40.vietqr.errors import PayloadFault, VietQRError
from market40.vietqr.rules import GUID, ProfileName, crc

_TEMPLATES = frozenset({*(str(tag) for tag in range(26, 52)), "62", "64"})
_RECEIVER = "38.01"


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
    """Return a template with its tags in order; what does not read, or is none, as it is.

    38.01 is one in VietQR's own template only: in somebody else's it is whatever they put there.
    """
    if path not in _TEMPLATES and path != _RECEIVER:
        return value
    faults: list[PayloadFault] = []
    parts = {element.tag: element.value for element in tlv.read(value, faults)}
    if faults:
        return value
    if path == "38" and parts.get("00") == GUID and "01" in parts:
        parts["01"] = _ordered(_RECEIVER, parts["01"])
    return "".join(tlv.write(tag, parts[tag]) for tag in sorted(parts))
