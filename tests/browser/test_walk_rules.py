"""The phone judges as the server does: thousands of tampered codes, judged by both.

The scripts of the walk run in Chromium; `domain.inspection` is what they are held to. A phone that
said match where the server does not would let an overlaid code hang.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
import random
from io import BytesIO
from pathlib import Path

import pytest
import segno
from live_market import ACTOR, DONG_VAN
from PIL import Image

from market40.core.clock import SystemClock
from market40.core.ids import SystemIds
from market40.db.engine import read, transact
from market40.merchants import service, store
from market40.merchants.domain import inspection as rules
from market40.vietqr.codec import VietQR, encode
from market40.vietqr.rules import crc

pytestmark = pytest.mark.browser
PUBLIC = Path(__file__).parents[1] / "fixtures" / "vietqr" / "vectors_public.json"
TAMPERED = 6_000
FRAMES = 1_500
LETTERS = "0123456789ABCZabcz ÀễĐ\n１𝟙😀\u200b"
AMOUNTS = ("1000", "0", "00050", "5000.00", "1.5", "9" * 14)
PLAIN = ("60", "61", "52", "55", "56", "57")
RECEIVERS = ("26", "27", "39", "02", "51", "80", "99")
THIRD = ("046", "0010A0000007750106ABCDEF", "0003abc01031230103456", "0003abcX", "009912")
NO_CODES = (
    "www.zalo.me/0912345678", "WIFI:S:cho;;", "0002", "0" * 600, "540510000",
    "0016A00000072701250006970436", "2|99|0912345678|A", "https://me.momo.vn/a", "momo.vnx",
    "https://a.vn/a000000727", "\ufeff \t0002", "dl.vietqr.io/pay?app=a",
)  # fmt: skip
JUDGE = """async ({ base, list, frames }) => {
  const { judgeBy } = await import(base + "walk/judge.js");
  const frame = judgeBy(list);
  const stalls = new Map(list.stalls.map((one) => [one.number, one]));
  const said = [];
  for (const { texts, stall } of frames) said.push(await frame(texts, stalls.get(stall)));
  return said;
}"""


def sealed(body: str) -> str:
    """The text with a checksum that holds."""
    body = body[:-4] if body[-8:-4] == "6304" else body
    body = body if body.endswith("6304") else body + "6304"
    return body + crc(body.encode(errors="replace"))


def with_tag(payload: str, tag: str, value: str, at: str | None = None) -> str:
    """A tag put before another one, or before the checksum."""
    place = payload.rfind(at) if at else -1
    place = len(payload) - 8 if place < 0 else place
    return sealed(payload[:place] + f"{tag}{len(value):02d}{value}" + payload[place:])


def tampered(rng: random.Random, payload: str, others: list[str]) -> str:
    """One of the ways in which somebody, or bad print, changes a code."""
    spot = rng.randrange(len(payload))
    letter = rng.choice(LETTERS)
    receiver = payload[payload.find("38") + 4 :][: int(payload[payload.find("38") + 2 :][:2] or 0)]
    ways = (
        lambda: payload,
        lambda: payload + rng.choice(["\n", "\r\n", " ", "0"]),
        lambda: payload[:-4] + payload[-4:].lower(),
        lambda: payload[:-4] + f"{rng.randrange(0x10000):04X}",
        lambda: payload[:spot] + letter + payload[spot + 1 :],
        lambda: sealed(payload[:spot] + letter + payload[spot + 1 :]),
        lambda: sealed(payload[:spot] + letter + payload[spot:]),
        lambda: sealed(payload[:spot] + payload[spot + 1 :]),
        lambda: payload[:spot],
        lambda: payload[spot:],
        lambda: with_tag(payload, "54", rng.choice(AMOUNTS)),
        lambda: with_tag(payload, "54", "50000", at="5802VN"),
        lambda: with_tag(payload.replace("010211", "010212"), "54", "50000", at="5802VN"),
        lambda: with_tag(payload, "59", rng.choice(["NGUYEN VAN A", "Nguyễn Văn Á", "A" * 40])),
        lambda: with_tag(payload, rng.choice(PLAIN), "0" * rng.randint(1, 20)),
        lambda: with_tag(with_tag(payload, "55", "02"), "56", "1000"),
        lambda: with_tag(payload, "64", rng.choice(["0002vi0105Lò Mẩ", "0002vi", "0003vie0101A"])),
        lambda: with_tag(payload, rng.choice(RECEIVERS), receiver or "000001"),
        lambda: with_tag(payload, rng.choice(["26", "80", "62"]), rng.choice(THIRD)),
        lambda: sealed(payload.replace("010211381", f"010211{rng.choice(RECEIVERS)}1")),
        lambda: sealed(payload.replace("01021138", f"010211{rng.choice(RECEIVERS)}")),
        lambda: sealed(payload.replace("QRIBFTTA", rng.choice(["QRIBFTTC", "QRPUSH__"]))),
        lambda: sealed(payload.replace("5303704", "").replace("5802VN", "5802VN5303704")),
        lambda: sealed(payload.replace("010211", "", 1)),
        lambda: sealed(payload + rng.choice(others)),
        lambda: rng.choice(others)[: spot] + payload[spot:],
        lambda: sealed(rng.choice(others)[: spot] + payload[spot:]),
        lambda: "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 40))),
        lambda: rng.choice(NO_CODES),
        lambda: rng.choice([" ", "\ufeff", "\n\0", "https://a.vn/"]) + payload,
    )  # fmt: skip
    return rng.choice(ways)()


SYMBOLS = """async ({ base, width, height, pixels }) => {
  const worker = new Worker(base + "walk/decode.js", { type: "module" });
  const octets = Uint8Array.from(pixels.flatMap((grey) => [grey, grey, grey, 255]));
  return new Promise((done, failed) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = () => failed(new Error("no worker"));
    worker.postMessage({ pixels: octets.buffer, width, height });
  });
}"""


@pytest.mark.parametrize(
    ("named", "number", "told"),
    [("utf-16-be", 25, None), ("cp437", 2, None), ("cp437", 99, "0002?")],
)
def test_a_code_in_any_character_set_is_seen(visit, monkeypatch, named, number, told):
    payload = encode(VietQR("970415", "113366668888"))
    monkeypatch.setitem(segno.consts.ECI_ASSIGNMENT_NUM, codecs.lookup(named).name, number)
    out = BytesIO()
    segno.make(payload, encoding=named, eci=True, mode="byte", error="m").save(out, "png", scale=5)
    with Image.open(out) as drawn:
        picture = drawn.convert("L")
    page = visit("/login")
    address = page.evaluate("document.querySelector('link[rel=stylesheet]').href")
    seen = page.evaluate(
        SYMBOLS,
        {
            "base": address[: -len("phone.css")],
            "width": picture.width,
            "height": picture.height,
            "pixels": list(picture.tobytes()),
        },
    )
    assert seen == [told or payload]


@pytest.fixture
def known(shop):
    """Every code of the market, one of them revoked, and the list that is taken along."""
    clock = SystemClock()
    ids = SystemIds(clock)
    now = clock.now()
    stall_id = shop.market.stalls["C2"].stall_id
    issued = read(shop.market.engine, lambda s: store.codes_of_market(s, DONG_VAN, now))
    code_id = next(one.code_id for one in issued if one.stall_id == stall_id)
    transact(
        shop.market.engine,
        lambda s: service.revoke_code(s, DONG_VAN, code_id, reason="Rách", actor_id=ACTOR, now=now),
    )
    later = now + dt.timedelta(seconds=1)
    codes = read(shop.market.engine, lambda s: store.codes_of_market(s, DONG_VAN, later))
    made = transact(
        shop.market.engine,
        lambda s: service.take_list(s, DONG_VAN, actor_id=ACTOR, now=later, ids=ids),
    )
    return codes, json.loads(made.text)


def test_the_phone_judges_as_the_server_does(visit, shop, known):
    codes, listed = known
    rng = random.Random(40)
    numbers = {one["id"]: one["number"] for one in listed["stalls"]}
    strangers = [encode(VietQR("970415", str(rng.randrange(10**11, 10**12)))) for _ in range(20)]
    public = [one["payload"] for one in json.loads(PUBLIC.read_text())["vectors"]]
    base = sorted({one.payload for one in codes}) + strangers + public
    stalls = [one.stall_id for one in codes]
    frames = []
    for _ in range(TAMPERED):
        own = rng.choice(codes)
        payload = rng.choice([own.payload, own.payload, rng.choice(base)])
        frames.append(([tampered(rng, payload, base)], rng.choice([own.stall_id, *stalls])))
    texts = [text for many, _ in frames for text in many]
    for _ in range(FRAMES):
        own = rng.choice(codes)
        many = [own.payload, *rng.choices([*texts, *base], k=rng.randint(0, 3))]
        frames.append((many[rng.randint(0, 1) :], own.stall_id))
    page = visit("/login")
    address = page.evaluate("document.querySelector('link[rel=stylesheet]').href")
    sent = [{"texts": list(many), "stall": numbers[str(stall)]} for many, stall in frames]
    told = page.evaluate(
        JUDGE, {"base": address[: -len("phone.css")], "list": listed, "frames": sent}
    )
    seen: dict[str, int] = {}
    for (many, stall), phone in zip(frames, told, strict=True):
        server = rules.judge_frame(many, stall, codes)
        seen[server.verdict] = seen.get(server.verdict, 0) + 1
        assert phone["verdict"] == server.verdict, (many, server)
        assert phone["others"] == server.others, many
        assert [one["verdict"] for one in phone["found"]] == [one.verdict for one in server.found]
    assert set(seen) == set(rules.VERDICTS), seen
    assert min(seen.values()) >= 50, seen
