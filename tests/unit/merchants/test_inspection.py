"""Codes at a stall beside the issued ones: 10,000 tampered ones, and genuine ones in every form."""

import random
import uuid

import pytest

from market40.core.references import new_reference
from market40.merchants.domain import inspection as rules
from market40.merchants.domain.codes import static_payload
from market40.merchants.domain.inspection import Found, KnownCode, judge, judge_frame, paid_by
from market40.vietqr import tlv
from market40.vietqr.rules import ADDITIONAL_FIELDS, LANGUAGE_FIELDS, ROOT_FIELDS, crc

SEED = 20261124
BINS = ("970436", "970418", "970405", "970415", "970422", "971005")


def market(rng: random.Random, stalls: int = 60) -> list[KnownCode]:
    known = []
    for n in range(stalls):
        stall = uuid.UUID(int=n + 1)
        for live in (False, True) if n % 5 == 0 else (True,):
            account = (rng.choice(BINS), str(rng.randrange(10**8, 10**13)))
            text = payload(account, new_reference("stall", rng), f"A{n}")
            known.append(KnownCode(uuid.UUID(int=len(known) + 1), stall, live, account, text))
    return known


def payload(account, reference, number="A1") -> str:
    return static_payload(
        bank_bin=account[0], account=account[1], reference=reference, stall_number=number
    )


def sealed(tags: list[tuple[str, str]]) -> str:
    body = "".join(tlv.write(tag, value) for tag, value in tags) + "6304"
    return body + crc(body.encode())


def tags(text: str) -> list[tuple[str, str]]:
    return [(e.tag, e.value) for e in tlv.read(text, []) if e.tag != "63"]


def inside(value: str, path: list[str], change) -> str:
    """Return a template with the value at a path changed."""
    parts = [(e.tag, e.value) for e in tlv.read(value, [])]
    out = ""
    for tag, held in parts:
        if tag == path[0]:
            out += tlv.write(tag, inside(held, path[1:], change) if path[1:] else change(held))
        else:
            out += tlv.write(tag, held)
    return out


def put(text: str, path: str, change) -> str:
    root, *rest = path.split(".")
    return sealed(
        [
            (tag, (inside(held, rest, change) if rest else change(held)) if tag == root else held)
            for tag, held in tags(text)
        ]
    )


def other(rng, known, one) -> KnownCode:
    return rng.choice([k for k in known if k.stall_id != one.stall_id])


def digit(rng, held: str) -> str:
    at = rng.randrange(len(held))
    return held[:at] + rng.choice([d for d in "0123456789" if d != held[at]]) + held[at + 1 :]


def reference_of(text: str) -> str:
    return next(e.value for e in tlv.read(dict(tags(text))["62"], []) if e.tag == "08")


def retag(text: str, tag: str) -> str:
    return sealed([(tag if old == "38" else old, held) for old, held in tags(text)])


def added(text: str, *more: tuple[str, str]) -> str:
    return sealed(sorted([*tags(text), *more]))


def anywhere(rng, text: str) -> str:
    """Return the text with one printable character changed, its CRC made right again."""
    at = rng.randrange(len(text) - 8)
    new = rng.choice([c for c in map(chr, range(32, 127)) if c != text[at]])
    body = text[:at] + new + text[at + 1 : -4]
    return body + crc(body.encode())


TAMPERS = {
    "another template": lambda rng, known, one: retag(one.payload, rng.choice(("26", "27", "51"))),
    "an added amount": lambda rng, known, one: added(
        one.payload, ("54", str(rng.randrange(1, 10**7)))
    ),
    "an added amount, dynamic": lambda rng, known, one: put(
        added(one.payload, ("54", "50000")), "01", lambda _: "12"
    ),
    "another's reference": lambda rng, known, one: put(
        one.payload, "62.08", lambda _: reference_of(other(rng, known, one).payload)
    ),
    "no reference": lambda rng, known, one: sealed(
        [(t, v) for t, v in tags(one.payload) if t != "62"]
    ),
    "another's code": lambda rng, known, one: other(rng, known, one).payload,
    "a look-alike account": lambda rng, known, one: put(
        one.payload, "38.01.01", lambda held: digit(rng, held)
    ),
    "another bank": lambda rng, known, one: put(
        one.payload, "38.01.00", lambda held: rng.choice([b for b in BINS if b != held])
    ),
    "to a card": lambda rng, known, one: put(one.payload, "38.02", lambda _: "QRIBFTTC"),
    "a name": lambda rng, known, one: added(one.payload, ("59", "NGUYEN VAN A")),
    "a tip": lambda rng, known, one: added(one.payload, ("55", "02"), ("56", "5000")),
    "a second receiver": lambda rng, known, one: added(
        one.payload, ("26", "0010A00000077501061234560208QRIBFTTA")
    ),
    "two amounts": lambda rng, known, one: sealed(
        [*tags(one.payload), ("54", "1000"), ("54", "2000")]
    ),
    "a wrong CRC": lambda rng, known, one: (
        one.payload[:-1] + ("0" if one.payload[-1] != "0" else "1")
    ),
    "a character": lambda rng, known, one: anywhere(rng, one.payload),
    "cut": lambda rng, known, one: one.payload[: rng.randrange(len(one.payload))],
}  # fmt: skip


def test_of_ten_thousand_tampered_codes_none_is_called_a_match() -> None:
    rng = random.Random(SEED)
    known = market(rng)
    live = [code for code in known if code.live]
    verdicts: dict[str, set[str]] = {}
    for n in range(10_000):
        name = list(TAMPERS)[n % len(TAMPERS)]
        one = rng.choice(live)
        text = TAMPERS[name](rng, known, one)
        found = judge(text, one.stall_id, known)
        assert found.verdict != "match", (SEED, n, name, text)
        verdicts.setdefault(name, set()).add(found.verdict)
    assert verdicts["an added amount"] == {"altered"}
    assert verdicts["another's code"] <= {"another_stall"}
    assert verdicts["a look-alike account"] == {"unknown_account"}
    assert verdicts["another bank"] == {"unknown_account"}
    assert verdicts["another template"] == {"altered"}
    assert verdicts["two amounts"] == verdicts["a wrong CRC"] == {"malformed"}


def test_genuine_codes_are_a_match_in_whatever_order_and_case_they_come() -> None:
    rng = random.Random(SEED)
    known = market(rng)
    for code in (code for code in known if code.live):
        first, *rest = tags(code.payload)
        shuffled = sealed([first, *rng.sample(rest, len(rest))])
        for text in (
            code.payload,
            code.payload + "\n",
            code.payload[:-4] + code.payload[-4:].lower(),
            shuffled,
        ):
            found = judge(text, code.stall_id, known)
            assert (found.verdict, found.code_id) == ("match", code.code_id), text


KNOWN = market(random.Random(1), 6)
OLD, LIVE = KNOWN[0], KNOWN[1]
ELSEWHERE = KNOWN[2]
STALL = LIVE.stall_id
STRANGE = payload(("970436", "99999999"), "ZJSABCDEFQN")


def test_a_code_that_was_replaced_is_superseded_at_its_stall_and_anothers_elsewhere() -> None:
    assert judge(OLD.payload, STALL, KNOWN).verdict == "superseded"
    assert judge(OLD.payload, ELSEWHERE.stall_id, KNOWN).verdict == "another_stall"
    old_amount = added(OLD.payload, ("54", "1000"))
    assert judge(old_amount, STALL, KNOWN) == Found(
        old_amount, "altered", OLD.code_id, ("amount",), OLD.account
    )


def test_an_old_card_of_the_same_account_is_the_live_code() -> None:
    again = KnownCode(uuid.uuid4(), STALL, False, LIVE.account, LIVE.payload)
    found = judge(LIVE.payload, STALL, [again, LIVE])
    assert (found.verdict, found.code_id) == ("match", LIVE.code_id)
    assert judge(LIVE.payload, STALL, [again]).verdict == "superseded"


def test_two_stalls_on_one_account_are_told_apart_by_their_references() -> None:
    both = payload(LIVE.account, "ZJSABCDEFQN", "A9")
    beside = KnownCode(uuid.uuid4(), uuid.uuid4(), True, LIVE.account, both)
    assert judge(both, STALL, [*KNOWN, beside]).verdict == "another_stall"
    assert judge(LIVE.payload, STALL, [*KNOWN, beside]).verdict == "match"


def test_an_altered_code_says_what_is_different() -> None:
    def differs(text: str) -> tuple[str, ...]:
        return judge(text, STALL, KNOWN).differs

    assert differs(added(LIVE.payload, ("54", "1000"))) == ("amount",)
    assert differs(put(LIVE.payload, "38.02", lambda _: "QRIBFTTC")) == ("service",)
    assert differs(put(LIVE.payload, "62.08", lambda _: "ZJSABCDEFQN")) == ("purpose",)
    assert "template" in differs(retag(LIVE.payload, "26"))


@pytest.mark.parametrize(
    ("texts", "verdict", "others"),
    [
        ([], "unreadable", 0),
        (["https://zalo.me/1"], "malformed", 1),
        ([LIVE.payload, "https://zalo.me/1", "WIFI:S:cho;;"], "match", 2),
        ([LIVE.payload, LIVE.payload, LIVE.payload + "\n"], "match", 0),
        ([LIVE.payload, STRANGE], "several_codes", 0),
        ([LIVE.payload, OLD.payload], "several_codes", 0),
        ([LIVE.payload, LIVE.payload[:-1]], "several_codes", 0),
        ([STRANGE], "unknown_account", 0),
        ([LIVE.payload, " " + STRANGE], "several_codes", 0),
        ([LIVE.payload, "\ufeff\n" + STRANGE], "several_codes", 0),
        ([LIVE.payload, "\0".join(STRANGE)], "several_codes", 0),
        ([LIVE.payload, "https://a.vn/?qr=" + STRANGE], "several_codes", 0),
        ([LIVE.payload, "2|99|0912345678|A||0|0|0"], "several_codes", 0),
        ([LIVE.payload, "https://me.momo.vn/a"], "several_codes", 0),
        ([LIVE.payload, "https://a.vn/momo.vnx"], "match", 1),
        (["0002010102"], "malformed", 0),
        (["\ud800" * 30], "malformed", 1),
        (["9" * 7000], "malformed", 1),
    ],
)
def test_the_verdict_on_a_frame(texts, verdict, others) -> None:
    frame = judge_frame(texts, STALL, KNOWN)
    assert (frame.verdict, frame.others) == (verdict, others)


def test_two_live_codes_of_one_stall_are_a_match_together() -> None:
    account = ("970405", "123")
    second = KnownCode(uuid.uuid4(), STALL, True, account, payload(account, "ZJSABCDEFQN"))
    frame = judge_frame([LIVE.payload, second.payload], STALL, [*KNOWN, second])
    assert frame.verdict == "match"
    assert len(frame.found) == 2


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        (LIVE.payload, (LIVE.account,)),
        (retag(LIVE.payload, "51"), (LIVE.account,)),
        (added(LIVE.payload, ("26", "00069704180103123")), (LIVE.account, ("970418", "123"))),
        (sealed([("00", "01"), ("38", "00069704180102\uff11\uff12")]), ()),
        (sealed([("00", "01"), ("38", "0006\uff19\uff17\uff10\uff14\uff11\uff1801011")]), ()),
        (sealed([("00", "01"), ("62", "00069704180103123")]), ()),
        ("", ()),
        ("\x00\ud800", ()),
    ],
)
def test_whom_a_payload_pays_wherever_it_says_so(text, accounts) -> None:
    assert paid_by(text) == accounts


def test_marks_are_of_one_list_and_do_not_confuse_codes_and_accounts() -> None:
    salt = bytes(16)
    made = {
        rules.mark_of_code(salt, LIVE.payload),
        rules.mark_of_code(b"\1" * 16, LIVE.payload),
        rules.mark_of_account(salt, LIVE.account),
        rules.mark_of_account(salt, (LIVE.account[1], LIVE.account[0])),
    }
    assert len(made) == 4
    assert all(len(mark) == rules.MARK_DIGITS and int(mark, 16) >= 0 for mark in made)


def test_every_verdict_has_its_words() -> None:
    assert set(rules.VERDICT_WORDS) == set(rules.VERDICTS)
    assert set(rules.VERDICTS) > rules.CALM


def test_anothers_account_is_anothers_whatever_else_the_code_says() -> None:
    changed = added(ELSEWHERE.payload, ("54", "1000"))
    found = judge(changed, STALL, KNOWN)
    assert (found.verdict, found.code_id) == ("another_stall", ELSEWHERE.code_id)


def test_every_field_that_may_differ_has_its_word() -> None:
    told = {*ROOT_FIELDS.values(), *ADDITIONAL_FIELDS.values(), *LANGUAGE_FIELDS.values()}
    told |= {"guid", "bin", "account", "service", "merchant_id", "template"}
    assert set(rules.FIELD_WORDS) == told
