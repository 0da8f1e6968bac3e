"""Reads a payload whole and tells all that is wrong with it; leniently, what could be mended.

Soft rules that codes in the field break (a long 59 or 62, text outside ASCII there, a service
code we do not know) are warnings by NAPAS's profile; all else makes it invalid.
"""

from __future__ import annotations

from dataclasses import replace

from market40.vietqr.errors import PayloadFault
from market40.vietqr.lenient import mend
from market40.vietqr.reader import Reader, Reading
from market40.vietqr.rules import MAX_PAYLOAD, MIN_PAYLOAD, PROFILES, ProfileName

__all__ = ["Reading", "inspect"]

_LINE_END = 2  # CR and LF


def inspect(payload: str, *, profile: ProfileName = "napas", lenient: bool = False) -> Reading:
    """Return all faults and fields of `payload`; never raises, whatever the text.

    `lenient` reads on where it is known what a writer did wrong, and says so in a warning: a line
    feed behind the code (`TRAILING_NEWLINE`), lengths in bytes (`LENGTH_IN_BYTES`), the account's
    length one short as in the sample of NAPAS v1.0 §6.1.1 (`NAPAS_SAMPLE_LENGTH`), a CRC in lower
    case (`CRC_LOWER_CASE`). Its offsets are those of the payload as it was given.
    """
    found = _strictly(payload, profile)
    if not lenient or len(payload) > MAX_PAYLOAD + _LINE_END:  # no mending makes it shorter
        return found
    mended: list[PayloadFault] = []
    while not found.valid and (better := mend(payload, found)) is not None:
        payload, fault = better
        if fault.code in {before.code for before in mended}:
            break
        mended.append(fault)
        found = _strictly(payload, profile)
    if found.valid and payload[-4:] != payload[-4:].upper():
        message = "Mã kiểm tra viết chữ thường."
        mended.append(PayloadFault("CRC_LOWER_CASE", "63", len(payload) - 4, message))
    return replace(found, warnings=(*mended, *found.warnings))


def _strictly(payload: str, profile: ProfileName) -> Reading:
    if len(payload) < MIN_PAYLOAD:
        return _refused("TOO_SHORT", f"Có {len(payload)} ký tự, mã có ít nhất {MIN_PAYLOAD}.")
    if len(payload) > MAX_PAYLOAD:
        return _refused("TOO_LONG", f"Có {len(payload)} ký tự, mã có nhiều nhất {MAX_PAYLOAD}.")
    try:
        octets = payload.encode()
    except UnicodeEncodeError as error:
        return _refused("NOT_UNICODE", "Không phải văn bản UTF-8.", error.start)
    return Reader(payload, octets, PROFILES[profile]).read()


def _refused(code: str, message: str, offset: int = 0) -> Reading:
    return Reading(False, (PayloadFault(code, "root", offset, message),), (), {})
