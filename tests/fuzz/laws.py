"""What holds of the codec for every string, whatever it is, and the smallest one that breaks it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from market40.vietqr import codec, tlv
from market40.vietqr.canonical import canonical
from market40.vietqr.codec import Reading, VietQR, VietQRError
from market40.vietqr.errors import PayloadFault
from market40.vietqr.rules import GUID, PROFILES, ProfileName
from tests.fuzz.strings import elements, sealed

PATIENCE_S = 20.0  # for making a failing string smaller


class Codec(NamedTuple):
    """The functions that are tried; a test puts a broken one in a place."""

    inspect: Callable[..., Reading] = codec.inspect
    decode: Callable[[str], VietQR] = codec.decode
    encode: Callable[..., str] = codec.encode
    canonical: Callable[..., str] = canonical


class LawBroken(AssertionError):
    """A law does not hold for a string; `str()` says which."""


def check(text: str, tried: Codec, counts: Counter[str]) -> None:
    """Return if every law holds for `text`; count what it came to.

    Raises LawBroken, and whatever else than the typed error comes out of the codec.
    """
    for profile in PROFILES:
        strict = tried.inspect(text, profile=profile)
        lenient = tried.inspect(text, profile=profile, lenient=True)
        _reading(text, strict)
        _reading(text, lenient)
        counts[f"valid by {profile}"] += strict.valid
        counts[f"valid by {profile}, leniently"] += lenient.valid
        if strict.valid:
            _must(lenient.valid and lenient.fields == strict.fields, "lenient reads otherwise")
        _canonical(text, strict, profile, tried, counts)
    _decoded(text, tried, counts)


def _must(held: bool, law: str) -> None:
    if not held:
        raise LawBroken(law)


def _reading(text: str, found: Reading) -> None:
    _must(found.valid is (not found.errors), "valid and errors contradict each other")
    for fault in (*found.errors, *found.warnings):
        _must(
            type(fault.offset) is int and 0 <= fault.offset <= len(text), "an offset lies outside"
        )
        _must(bool(fault.code and fault.path and fault.message), "a fault does not say what it is")
        # Other digits than ASCII's never get into a path.
        _must(fault.path == "root" or fault.path.replace(".", "").isascii(), "a path is no path")


def _canonical(
    text: str, strict: Reading, profile: ProfileName, tried: Codec, counts: Counter[str]
) -> None:
    try:
        one = tried.canonical(text, profile=profile)
    except VietQRError as error:
        _must(error.code == strict.errors[0].code if strict.errors else False, "canonical refuses")
        return
    _must(strict.valid, "canonical takes what is not valid")
    counts["canonical"] += 1
    again = tried.inspect(one, profile=profile)
    _must(again.valid and len(one) <= len(text), "the canonical form is not valid, or longer")
    _must(tried.canonical(one, profile=profile) == one, "canonical changes its own form")
    _must(_but_amount(again) == _but_amount(strict), "canonical changes a field")
    _must(again.templates == strict.templates, "canonical changes whose a template is")
    _must(_foreign(one) == _foreign(text), "canonical changes what somebody else's template says")


def _but_amount(found: Reading) -> dict[str, str]:
    return {name: value for name, value in found.fields.items() if name != "amount"}


def _foreign(payload: str) -> dict[str, dict[str, str]]:
    """Return the tags of every template 26 to 51 that is not VietQR's own, to the letter."""
    found = {}
    for element in tlv.read(payload, []):
        if "26" <= element.tag <= "51":
            faults: list[PayloadFault] = []
            inner = {part.tag: part.value for part in tlv.read(element.value, faults)}
            if inner.get("00") != GUID:
                found[element.tag] = {"": element.value} if faults else inner
    return found


def _decoded(text: str, tried: Codec, counts: Counter[str]) -> None:
    strict = tried.inspect(text)
    try:
        code = tried.decode(text)
    except VietQRError as error:
        _must(bool(error.code and error.path), "a refusal does not say what it is")
        return
    _must(strict.valid, "decode takes what is not valid")
    _must(
        (code.bin, code.account, code.service, code.purpose)
        == tuple(strict.fields.get(name) for name in ("bin", "account", "service", "purpose")),
        "decode and inspect read different receivers",
    )
    amount = None if code.amount is None else str(code.amount)
    _must(amount == strict.fields.get("amount"), "decode and inspect read different amounts")
    counts["decoded"] += 1
    try:
        written = tried.encode(code, memo="ans")
    except VietQRError:
        # What codes in the field have and we do not write is warned of, or a name with marks.
        _must(bool(strict.warnings) or code.name_vi is not None, "encode refuses what is plain")
        return
    counts["encoded again"] += 1
    _must(tried.decode(written) == code, "what is encoded decodes to something else")
    _must(tried.encode(tried.decode(written), memo="ans") == written, "encode is not stable")


def failure(text: str, tried: Codec) -> str | None:
    """Return what is wrong with the codec at `text`, without the text; None: nothing."""
    try:
        check(text, tried, Counter())
    except LawBroken as broken:
        return str(broken)
    except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
        return type(error).__name__
    return None


def smallest(text: str, tried: Codec) -> str:
    """Return a string with the same failure from which no part can be left out.

    Longer parts first, then single characters, then plainer ones in their places; each is tried
    with the CRC put right too. Takes `PATIENCE_S` at most.
    """
    wrong = failure(text, tried)
    until = time.monotonic() + PATIENCE_S

    def fails(candidate: str) -> str | None:
        for each in (candidate, sealed(candidate)):
            if len(each) <= len(text) and each != text and failure(each, tried) == wrong:
                return each
        return None

    size = max(1, len(text) // 2)
    while time.monotonic() < until:
        shorter = _shorter(text, size, fails)
        if shorter is not None:
            text = shorter
        elif size > 1:
            size //= 2
        else:
            break
    for at in range(len(text)):
        plainer = f"{text[:at]}0{text[at + 1 :]}"
        if time.monotonic() < until and plainer != text and failure(plainer, tried) == wrong:
            text = plainer
    return text


def _shorter(text: str, size: int, fails: Callable[[str], str | None]) -> str | None:
    """Leave out a tag, or a part of that size."""
    parts = [*elements(text), *((at, at + size) for at in range(0, len(text), size))]
    for at, end in parts:
        found = fails(text[:at] + text[end:])
        if found is not None and len(found) < len(text):
            return found
    return None
