"""A small market with accounts of every kind, and a source that tells of them."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine, insert

from market40.core.clock import local_day
from market40.core.ids import FixedIds
from market40.core.references import new_reference
from market40.db import outbox
from market40.db.engine import read, transact, vault_of
from market40.merchants import tables as m
from market40.payments import service
from market40.payments.feeds import sepay
from market40.payments.feeds.base import Notice

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ACTOR = uuid.UUID(int=500)
SECRET = "a-secret-of-the-tests-0001"


@dataclass
class StallHere:
    id: uuid.UUID
    number: str
    reference: str
    vendor_id: uuid.UUID


@dataclass
class World:
    engine: Engine
    market_id: uuid.UUID
    source_id: uuid.UUID = field(default_factory=uuid.uuid4)
    ids: FixedIds = field(default_factory=lambda: FixedIds(7, NOW))
    rng: random.Random = field(default_factory=lambda: random.Random(11))
    directory: service.Directory = field(default_factory=lambda: service.Directory(ttl_ns=0))
    stalls: dict[str, StallHere] = field(default_factory=dict)
    accounts: dict[str, uuid.UUID] = field(default_factory=dict)
    now: dt.datetime = NOW

    def run(self, work):
        return transact(self.engine, work, retry_conflicts=True)

    def read(self, work):
        return read(self.engine, work)

    def source(self):
        return self.read(lambda s: self.directory.source(s, self.source_id))

    def add_stall(self, number: str, account: str | None, *, bank_bin: str = "970422") -> StallHere:
        at = len(self.stalls)
        reference = new_reference("stall", self.rng)
        stall = StallHere(self.ids.new(), number, reference, self.ids.new())
        self.stalls[number] = stall
        key = {"market_id": self.market_id}

        def work(s):
            s.execute(
                insert(m.Stall),
                key
                | {
                    "id": stall.id,
                    "ordinal": at,
                    "number": number,
                    "name": f"Sạp {number}",
                    "goods": None,
                    "zone_id": None,
                    "household_id": stall.vendor_id,
                    "reference": reference,
                    "state": "active",
                    "sort_key": number,
                    "created_at": SINCE,
                },
            )
            span = key | {"stall_id": stall.id, "starts_on": SINCE.date(), "ends_on": None}
            s.execute(insert(m.StallSpan), span)
            s.execute(insert(m.StallVendor), span | {"vendor_id": stall.vendor_id})
            s.execute(
                insert(m.StallReference), key | {"reference": reference, "stall_id": stall.id}
            )
            if account is not None:
                s.execute(
                    insert(m.StallAccount),
                    key
                    | {
                        "stall_id": stall.id,
                        "account_id": self.accounts[account],
                        "starts_at": SINCE,
                        "ends_at": None,
                        "agreed_by": ACTOR,
                    },
                )

        self.run(work)
        return stall

    def add_account(self, number: str, usage: str, *, bank_bin: str = "970422") -> uuid.UUID:
        account_id, key_id = self.ids.new(), self.ids.new()
        self.accounts[number] = account_id
        vault = vault_of(self.engine)

        def work(s):
            vault.new_key(s, key_id=key_id, now=SINCE)
            s.execute(
                insert(m.BeneficiaryAccount),
                {
                    "market_id": self.market_id,
                    "id": account_id,
                    "bin": bank_bin,
                    "number": vault.seal(s, key_id, number, column="account.number"),
                    "number_lookup": vault.lookup("account.number", number),
                    "last4": number[-4:],
                    "holder": vault.seal(s, key_id, "LO THI MAY", column="account.holder"),
                    "household_id": ACTOR,
                    "key_id": key_id,
                    "holder_confirmed_by": ACTOR,
                    "created_at": SINCE,
                },
            )
            s.execute(
                insert(m.AccountUsage),
                {
                    "market_id": self.market_id,
                    "account_id": account_id,
                    "starts_on": SINCE.date(),
                    "ends_on": None,
                    "usage": usage,
                },
            )

        self.run(work)
        return account_id

    def notice(self, external_id: str, account: str, amount_vnd: int, memo: str = "", **more):
        given = {
            "gateway": "MBBank",
            "direction": "credit",
            "bank_reference": f"FT{int(external_id):014d}",
            "occurred_at": self.now,
        } | more
        return Notice(
            external_id=external_id,
            account_number=account,
            amount_vnd=amount_vnd,
            memo=memo,
            **given,
        )

    def send(self, notice: Notice | bytes, *, signed_at=None, secret: str = SECRET):
        """Deliver as SePay would, at `self.now`."""
        body = notice if isinstance(notice, bytes) else sepay.write(notice)
        headers = sepay.sign(secret.encode(), body, signed_at or self.now)
        source = self.source()

        def work(s):
            return service.receive(
                s,
                source,
                body,
                headers,
                now=self.now,
                ids=self.ids,
                directory=self.directory,
            )

        done = self.run(work)
        self.directory.remember_day(self.source_id, local_day(self.now))  # as the hook does
        return done

    def send_many(self, notices):
        """Deliver one after another, twenty-five to a commit: as the writer groups them."""
        source, outcomes = self.source(), []
        for at in range(0, len(notices), 25):

            def work(s, part=notices[at : at + 25]):
                done = []
                for notice in part:
                    body = sepay.write(notice)
                    headers = sepay.sign(SECRET.encode(), body, self.now)
                    given = {"now": self.now, "ids": self.ids, "directory": self.directory}
                    done.append(service.receive(s, source, body, headers, **given).outcome)
                return done

            outcomes += self.run(work)
        self.directory.remember_day(self.source_id, local_day(self.now))
        return outcomes

    def match_all(self) -> int:
        """Do what the worker does with the jobs that wait."""

        def work(s):
            jobs = outbox.claim(
                s, lease=uuid.uuid4(), now=self.now, limit=200, kinds=["match_credit"]
            )
            keys = [(job.market_id, uuid.UUID(job.payload["credit_id"])) for job in jobs]
            service.match_credits(s, keys, now=self.now, ids=self.ids)
            outbox.finish(s, jobs)
            return len(jobs)

        done = 0
        while count := self.run(work):
            done += count
        return done

    def open_intent(self, number: str, amount_vnd: int, **more):
        def work(s):
            return service.open_intent(
                s,
                market_id=self.market_id,
                stall_id=self.stalls[number].id,
                amount_vnd=amount_vnd,
                label=None,
                actor_id=ACTOR,
                now=self.now,
                ids=self.ids,
                rng=self.rng,
                **more,
            )

        return self.run(work)


def add_market(engine: Engine, market_id: uuid.UUID, name: str) -> None:
    row = {
        "id": market_id,
        "name": name,
        "commune_id": ACTOR,
        "legacy_commune_id": ACTOR,
        "calendar": {},
        "opened_on": SINCE.date(),
        "closed_on": None,
        "sort_key": name,
        "created_at": SINCE,
    }
    transact(engine, lambda s: s.execute(insert(m.Market), row) and None)


@pytest.fixture
def world(engine: Engine) -> World:
    """A12 alone on a dedicated account, B1 on a mixed one, C1 and C2 sharing a dedicated one."""
    made = World(engine, uuid.UUID(int=1))
    add_market(engine, made.market_id, "Chợ Đồng Văn")
    made.add_account("0123456789", "dedicated")
    made.add_account("0999888777", "mixed")
    made.add_account("5555666677", "dedicated")
    made.add_stall("A12", "0123456789")
    made.add_stall("B1", "0999888777")
    made.add_stall("C1", "5555666677")
    made.add_stall("C2", "5555666677")

    def work(s):
        return service.add_source(
            s,
            market_id=made.market_id,
            provider="sepay",
            name="SePay của chợ",
            secret=SECRET,
            now=SINCE,
            ids=made.ids,
            rng=made.rng,
        )

    made.source_id, _secret = made.run(work)
    return made
