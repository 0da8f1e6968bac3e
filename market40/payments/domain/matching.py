"""Matching: whose stall a credit is, then which intent it pays; pure, and it explains itself.

The rules stand in the domain's page "Matching". A wrong match is worse than none: whatever
cannot be told apart goes to suspense with a named reason, and what on a mixed account carries
nothing of ours stays the vendor's alone, unclassified.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from market40.payments.domain import sentences
from market40.payments.domain.intent import IntentState, funding, payable_at

RULES_VERSION: Final = 1

Target: TypeAlias = Literal["intent", "stall", "suspense", "unclassified", "not_a_sale"]
Reason: TypeAlias = Literal[
    "foreign_account",
    "unknown_reference",
    "wrong_account",
    "two_references",
    "several_stalls",
    "no_stall",
    "cancelled_intent",
]


@dataclass(frozen=True, slots=True)
class StallSeen:
    """A stall that the account was paid for at the bank's instant."""

    stall_id: UUID
    number: str
    reference: str


@dataclass(frozen=True, slots=True)
class IntentSeen:
    """An intent as it stands when the credit is looked at; `funded_vnd` is what it has already."""

    intent_id: UUID
    stall_id: UUID
    stall_number: str
    reference: str
    amount_vnd: int
    state: IntentState
    opened_at: datetime
    expires_at: datetime
    funded_vnd: int = 0


@dataclass(frozen=True, slots=True)
class CreditSeen:
    """What of a credit decides: `references` are ours, found in its memo, each once."""

    amount_vnd: int
    occurred_at: datetime
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference in the memo names: an intent or a stall of this account, or elsewhere.

    All three empty: it names nothing that we know.
    """

    reference: str
    intent: IntentSeen | None = None
    stall: StallSeen | None = None
    elsewhere: bool = False

    @property
    def known(self) -> bool:
        """Whether it is one that we have issued."""
        return self.intent is not None or self.stall is not None or self.elsewhere


@dataclass(frozen=True, slots=True)
class Context:
    """What the books say of the credit's account at the bank's instant.

    `ours` is false for an account that no stall of the market has. `named` is in the order of the
    credit's references. `waiting` are the intents of the account's stalls that a credit without a
    reference could pay. `virtual_stall` is whose virtual account the money came through.
    """

    ours: bool
    dedicated: bool = False
    stalls: tuple[StallSeen, ...] = ()
    named: tuple[Named, ...] = ()
    waiting: tuple[IntentSeen, ...] = ()
    virtual_stall: StallSeen | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the money goes, by which rule, on what evidence; `sentence` says it to the vendor.

    `funding` is the intent's after this credit, None without an intent.
    """

    target: Target
    rule: str
    sentence: str
    reason: Reason | None = None
    stall_id: UUID | None = None
    intent_id: UUID | None = None
    funding: str | None = None
    evidence: dict[str, object] = field(default_factory=dict)
    rule_version: int = RULES_VERSION


def decide(credit: CreditSeen, context: Context) -> Decision:
    """Return where a credit goes. Never raises: what is unclear is suspense with its reason."""
    if not context.ours:
        return _suspense("foreign_account", credit, context)
    known = [named for named in context.named if named.known]
    if known or context.virtual_stall or context.dedicated:
        return _of_seller(credit, context, known)
    return Decision(
        target="unclassified",
        rule="mixed_account",
        sentence=sentences.unclassified(),
        evidence=_evidence(credit, context),
    )


def _of_seller(credit: CreditSeen, context: Context, known: list[Named]) -> Decision:
    """Decide on money that is a sale, or that carries something of ours."""
    if len(context.named) > 1:
        return _suspense("two_references", credit, context)
    if context.named and not known and context.virtual_stall is None:
        return _suspense("unknown_reference", credit, context)
    if known:
        return _by_reference(credit, context, known[0])
    if context.virtual_stall is not None:
        return _on_stall(credit, context, context.virtual_stall, "virtual_account")
    if len(context.stalls) != 1:
        return _suspense("several_stalls" if context.stalls else "no_stall", credit, context)
    return _on_stall(credit, context, context.stalls[0], "only_stall")


def _by_reference(credit: CreditSeen, context: Context, named: Named) -> Decision:
    if named.intent is not None:
        return _on_named_intent(credit, context, named.intent)
    if named.stall is None:
        return _suspense("wrong_account", credit, context)
    return Decision(
        target="stall",
        rule="stall_reference",
        sentence=sentences.stall_reference(named.reference, named.stall.number),
        stall_id=named.stall.stall_id,
        evidence=_evidence(credit, context),
    )


def _on_named_intent(credit: CreditSeen, context: Context, intent: IntentSeen) -> Decision:
    """Take the reference's intent, whatever the amount; unless it was withdrawn or is long over."""
    if intent.state == "cancelled":
        return _suspense("cancelled_intent", credit, context)
    if not payable_at(intent.expires_at, credit.occurred_at):
        return Decision(
            target="stall",
            rule="intent_too_late",
            sentence=sentences.too_late(intent.reference, intent.stall_number),
            stall_id=intent.stall_id,
            evidence=_evidence(credit, context, flags=["late"]),
        )
    late = credit.occurred_at > intent.expires_at
    return _pay(
        credit,
        context,
        intent,
        rule="intent_reference",
        sentence=sentences.intent_reference(
            intent.reference,
            intent.stall_number,
            intent.amount_vnd,
            intent.funded_vnd + credit.amount_vnd,
        ),
        flags=["late"] if late else [],
    )


def _on_stall(credit: CreditSeen, context: Context, stall: StallSeen, by: str) -> Decision:
    """Without a reference: the only waiting intent of exactly this amount, or a walk-in sale."""
    equal = [
        intent
        for intent in context.waiting
        if intent.stall_id == stall.stall_id
        and intent.amount_vnd == credit.amount_vnd
        and intent.funded_vnd == 0
        and intent.state in ("open", "expired")
        and intent.opened_at <= credit.occurred_at <= intent.expires_at
    ]
    if len(equal) == 1:
        return _pay(
            credit,
            context,
            equal[0],
            rule=f"{by}_amount",
            sentence=sentences.only_intent(credit.amount_vnd, stall.number),
        )
    rule = f"{by}_equal_intents" if equal else by
    said = sentences.equal_intents(len(equal), credit.amount_vnd, stall.number)
    if not equal:
        said = sentences.walk_in(stall.number, virtual=by == "virtual_account")
    return Decision(
        target="stall",
        rule=rule,
        sentence=said,
        stall_id=stall.stall_id,
        evidence=_evidence(credit, context, runners_up=[str(intent.intent_id) for intent in equal]),
    )


def _pay(
    credit: CreditSeen,
    context: Context,
    intent: IntentSeen,
    *,
    rule: str,
    sentence: str,
    flags: list[str] | None = None,
) -> Decision:
    after_vnd = intent.funded_vnd + credit.amount_vnd
    return Decision(
        target="intent",
        rule=rule,
        sentence=sentence,
        stall_id=intent.stall_id,
        intent_id=intent.intent_id,
        funding=funding(intent.amount_vnd, after_vnd),
        evidence=_evidence(credit, context, flags=flags),
    )


def _suspense(reason: Reason, credit: CreditSeen, context: Context) -> Decision:
    return Decision(
        target="suspense",
        rule=reason,
        reason=reason,
        sentence=sentences.SUSPENSE[reason],
        evidence=_evidence(credit, context),
    )


def _evidence(
    credit: CreditSeen,
    context: Context,
    *,
    flags: list[str] | None = None,
    runners_up: list[str] | None = None,
) -> dict[str, object]:
    """Return what was looked at, as JSON carries it; nothing of the payer, no memo."""
    seen: dict[str, object] = {"at": credit.occurred_at.isoformat()}
    if credit.references:
        seen["references"] = list(credit.references)
    if len(context.stalls) != 1 or not credit.references:
        seen["stalls"] = [stall.number for stall in context.stalls]
    if flags:
        seen["flags"] = flags
    if runners_up:
        seen["runners_up"] = runners_up
    return seen
