"""One pass over a payload that tells all that is wrong with it, by one profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from market40.vietqr import tlv
from market40.vietqr.errors import PayloadFault
from market40.vietqr.issuers import name_template
from market40.vietqr.rules import (
    ADDITIONAL_FIELDS,
    AMOUNT,
    ANS,
    BENEFICIARY,
    CRC_HEADER,
    EXACTLY,
    GUID,
    HEX4,
    LANGUAGE_FIELDS,
    LONGEST,
    PLAIN_TEXT,
    ROOT_FIELDS,
    SERVICES,
    SOFT_LENGTH,
    STOPPING,
    Profile,
    crc,
)

CURRENCY_VND = "704"
_IDENTIFIED = re.compile(r"00([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a payload says: `fields` holds what could be read, even where `valid` is False.

    Its names are those of `rules.ROOT_FIELDS` and its neighbours, and `guid`, `bin`, `account`,
    `service`, `merchant_id`; its values stand as in the payload. `templates` names whose the
    receiver's and other templates are, by tag (`{"38": "VietQR", "80": "MoMo"}`).
    """

    valid: bool
    errors: tuple[PayloadFault, ...]
    warnings: tuple[PayloadFault, ...]
    fields: Mapping[str, str]
    templates: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """One pass over one payload; collects as it goes."""

    __slots__ = ("errors", "fields", "first", "octets", "payload", "profile", "warnings")

    def __init__(self, payload: str, octets: bytes, profile: Profile) -> None:
        self.profile = profile
        self.payload = payload
        self.octets = octets
        self.errors: list[PayloadFault] = []
        self.warnings: list[PayloadFault] = []
        self.fields: dict[str, str] = {}
        self.first: dict[str, tlv.Element] = {}

    def read(self) -> Reading:
        """Return what the payload says."""
        elements = tlv.read(self.payload, self.errors)
        broken = any(fault.code in STOPPING for fault in self.errors)
        for element in elements:
            self.first.setdefault(element.tag, element)  # of two equal tags the first is shown
        self._crc(elements, broken=broken)
        self._head(elements)
        self._root_values()
        self._tip()
        self._accounts()
        self._of_others()
        for tag, element in self._template("62", ADDITIONAL_FIELDS).items():
            if tag >= "50":
                self._whole(f"62.{tag}", element)
        self._template("64", LANGUAGE_FIELDS, mandatory=("00", "01"))
        return Reading(
            not self.errors,
            tuple(self.errors),
            tuple(self.warnings),
            self.fields,
            {
                tag: name
                for tag in self.first
                if (name := name_template(tag, self.first[tag].value))
            },
        )

    def _fail(self, code: str, path: str, offset: int, message: str) -> None:
        self.errors.append(PayloadFault(code, path, offset, message))

    def _crc(self, elements: list[tlv.Element], *, broken: bool) -> None:
        """S1 §5.3: 63 is last and holds the CRC of all before its value, its header included."""
        end = len(self.payload)
        closed = broken or elements[-1].tag == "63"
        if not closed or self.payload[-8:-4] != CRC_HEADER:
            self._fail(
                "CRC_TAG_NOT_LAST", "63", end, "Mã phải kết thúc bằng 6304 và bốn ký tự kiểm tra."
            )
            return
        given = self.payload[-4:]
        if not HEX4.fullmatch(given):
            self._fail(
                "CRC_NOT_HEX", "63", end - 4, "Bốn ký tự kiểm tra không phải số thập lục phân."
            )
            return
        reckoned = crc(self.octets[:-4])
        if given.upper() != reckoned:  # codes of real banks have it in lower case
            self._fail(
                "CRC_MISMATCH",
                "63",
                end - 4,
                f"Mã kiểm tra ghi {given}, nội dung cho {reckoned}: mã đã bị sửa hoặc in lỗi.",
            )

    def _head(self, elements: list[tlv.Element]) -> None:
        if not elements or elements[0].tag != "00":
            self._fail("TAG00_NOT_FIRST", "00", 0, "Mã phải bắt đầu bằng thẻ 00.")
        version = self.first.get("00")
        if version is None or version.value != "01":
            at = version.offset if version else 0
            self._fail("BAD_PAYLOAD_FORMAT", "00", at, "Thẻ 00 phải là 01.")
        init = self.first.get("01")
        if init is not None and init.value not in {"11", "12"}:
            message = "Thẻ 01 phải là 11 (tĩnh) hoặc 12 (động)."
            self._fail("BAD_INIT_METHOD", "01", init.offset, message)

    def _root_values(self) -> None:
        for tag, name in ROOT_FIELDS.items():
            element = self.first.get(tag)
            if element is not None:
                self.fields[name] = element.value
                if tag != "54":
                    self._limits(tag, element)
        for tag, what, form, code in self.profile.demands:
            element = self.first.get(tag)
            if element is None:
                self._fail("MISSING_TAG", tag, len(self.payload), f"Thiếu thẻ {tag} ({what}).")
            elif not form.fullmatch(element.value):
                self._fail(code, tag, element.offset, f"Thẻ {tag} phải là {what}.")
        if "52" in self.first and not set(self.fields["mcc"]) <= set("0123456789"):
            self._fail("BAD_MCC", "52", self.first["52"].offset, "Mã ngành gồm bốn chữ số.")
        if "54" in self.first:
            self._amount(self.first["54"])

    def _amount(self, element: tlv.Element) -> None:
        """S1 §5.2: ASCII digits, at most one point, not 0; and the dong has no decimals."""
        matched = AMOUNT.fullmatch(element.value)
        if len(element.value) > LONGEST["54"]:
            self._limits("54", element)
        elif matched is None:
            message = "Số tiền chỉ gồm chữ số."
            self._fail("BAD_AMOUNT", "54", element.offset, message)
        elif (matched[2] or "").strip("0") and self._is_dong():
            self._fail("VND_DECIMALS", "54", element.offset, "Tiền đồng không có phần lẻ.")
        elif not (matched[1] + (matched[2] or "")).strip("0"):
            self._fail("ZERO_AMOUNT", "54", element.offset, "Số tiền ít nhất là 1 đồng.")

    def _is_dong(self) -> bool:
        """Whether the currency has no decimals: the dong, and whatever stands in its place."""
        return self.profile.only_napas or self.fields.get("currency") == CURRENCY_VND

    def _tip(self) -> None:
        """S1: 55 = 02 needs 56 and 03 needs 57; neither stands without it."""
        indicator, fixed, percent = (self.first.get(tag) for tag in ("55", "56", "57"))
        if indicator is None:
            alone = fixed or percent
            if alone is not None:
                message = f"Thẻ {alone.tag} cần có thẻ 55."
                self._fail("TIP_WITHOUT_55", alone.tag, alone.offset, message)
            return
        says, at = indicator.value, indicator.offset
        if says not in {"01", "02", "03"}:
            self._fail("BAD_TIP_INDICATOR", "55", at, "Thẻ 55 phải là 01, 02 hoặc 03.")
        if (says == "02") != (fixed is not None):
            self._fail("TIP56_CONDITION", "56", at, "Thẻ 56 đi với 55 = 02 và chỉ khi đó.")
        if (says == "03") != (percent is not None):
            self._fail("TIP57_CONDITION", "57", at, "Thẻ 57 đi với 55 = 03 và chỉ khi đó.")

    def _accounts(self) -> None:
        """Templates 02 to 51 name the receiver; 38 is VietQR's, 26 VNPAY's and others'."""
        if not any("02" <= tag <= "51" for tag in self.first):
            message = "Không có tài khoản người nhận (thẻ 02 đến 51)."
            self._fail("MISSING_MERCHANT_ACCOUNT", "38", len(self.payload), message)
        if "26" in self.first:
            self._template("26", {"00": "guid", "01": "merchant_id"})
        if "38" in self.first:
            self._napas(self.first["38"])

    def _of_others(self) -> None:
        """27 to 51 and 80 to 99 are templates (EMVCo MPM §4); MoMo's three digits are none."""
        for tag, element in self.first.items():
            if tag != "38" and ("27" <= tag <= "51" or "80" <= tag <= "99"):
                self._whole(tag, element)

    def _whole(self, path: str, element: tlv.Element) -> None:
        """Hold a value that begins with an identifier in 00 to be a template to its end."""
        begins = _IDENTIFIED.match(element.value)
        if begins is not None and 0 < int(begins[1]) <= len(element.value) - begins.end():
            self._parts(path, element.value, element.offset + 4)

    def _napas(self, account: tlv.Element) -> None:
        parts = self._template("38", {"00": "guid", "02": "service"})
        end = account.offset + 4 + len(account.value)
        guid = parts.get("00")
        if guid is not None and guid.value != GUID and not self.profile.only_napas:
            return  # somebody else's template under this number
        if guid is None or guid.value != GUID:
            at = guid.offset if guid else end
            self._fail("BAD_GUID", "38", at, f"Thẻ 38.00 phải là {GUID}.")
        inner = parts.get("01")
        who: dict[str, tlv.Element] = {}
        if inner is not None:
            who = self._parts("38.01", inner.value, inner.offset + 4)
        for tag, name, rule, code, words in BENEFICIARY:
            element = who.get(tag)
            if element is not None:
                self.fields[name] = element.value
            if element is None or not rule.fullmatch(element.value):
                at = element.offset if element else (inner.offset if inner else end)
                self._fail(code, f"38.01.{tag}", at, words)
        service = parts.get("02")
        if service is not None and service.value not in SERVICES:
            message = "Mã dịch vụ chưa biết."
            fault = PayloadFault("UNKNOWN_SERVICE_CODE", "38.02", service.offset, message)
            self.warnings.append(fault)

    def _parts(self, path: str, text: str, start: int) -> dict[str, tlv.Element]:
        """Inside a template the last of two equal tags is shown; either way it is a fault."""
        return {element.tag: element for element in tlv.read(text, self.errors, path, start)}

    def _template(
        self, tag: str, names: Mapping[str, str], mandatory: tuple[str, ...] = ()
    ) -> dict[str, tlv.Element]:
        template = self.first.get(tag)
        if template is None:
            return {}
        parts = self._parts(tag, template.value, template.offset + 4)
        for part, element in parts.items():
            if part in names:
                self.fields[names[part]] = element.value
                self._limits(f"{tag}.{part}", element)
        for part in mandatory:
            if part not in parts:
                message = f"Thẻ {tag} cần có thẻ con {part}."
                self._fail("MISSING_TAG", f"{tag}.{part}", template.offset, message)
        return parts

    def _limits(self, path: str, element: tlv.Element) -> None:
        length, longest = len(element.value), LONGEST.get(path)
        if longest is not None and length > longest:
            message = f"Dài {length} ký tự, nhiều nhất {longest}."
            soft = self.profile.soft and path.startswith(SOFT_LENGTH)
            fault = PayloadFault("TOO_LONG", path, element.offset, message)
            (self.warnings if soft else self.errors).append(fault)
        elif length != EXACTLY.get(path, length) and length:
            message = f"Dài {length} ký tự, phải đúng {EXACTLY[path]}."
            self._fail("BAD_LENGTH", path, element.offset, message)
        if path.startswith(PLAIN_TEXT) and not ANS.fullmatch(element.value):
            message = "Có ký tự ngoài ASCII: ứng dụng ngân hàng có thể hiện sai."
            fault = PayloadFault("NON_ANS", path, element.offset, message)
            (self.warnings if self.profile.soft else self.errors).append(fault)
