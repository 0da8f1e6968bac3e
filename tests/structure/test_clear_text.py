"""Text that a person typed is sealed; what stands in the clear is named here, with the reason."""

from __future__ import annotations

from sqlalchemy import JSON, String

from market40 import schema

# Words of ours: states, kinds, roles, rules, codes, and sentences made of them.
OURS = {
    "alert.kind", "alert.facts", "allocation.evidence", "allocation.reason", "allocation.rule",
    "allocation.sentence", "allocation.target", "account_usage.usage", "api_key.prefix",
    "cash_tally.answer", "check_code.code", "credit.direction", "credit.references",
    "delivery.reason", "delivery.verdict", "idempotency_key.key", "intent.reference",
    "intent.state", "issued_code.check_code", "issued_code.state", "job.kind", "job.last_error",
    "job.payload", "person.role", "person.secret_hash", "person.state", "refusal.reason",
    "alarm_answer.did", "inspection.told", "inspection.verdict", "inspection.way",
    "print_run.sheet", "print_run.which", "print_work.fault", "print_work.state",
    "scope_grant.scope", "sighting.grade", "source.covers", "source.grade", "source.provider",
    "source.state", "stall.reference", "stall.state", "stall_reference.reference",
}  # fmt: skip
# What a bank or a provider says of a movement and not of a person, and what finds an account.
OF_BANKS = {
    "beneficiary_account.bin", "beneficiary_account.last4", "credit.bank", "credit.bank_reference",
    "delivery.external_id",
}  # fmt: skip
# Painted on the stall, printed on its card, or the name of an office.
PUBLIC = {
    "market.calendar", "market.name", "market.sort_key", "source.name", "stall.goods",
    "stall.name", "stall.number", "stall.sort_key", "unit.code", "unit.code_system", "unit.folded",
    "unit.kind", "unit.level", "unit.name", "unit.sort_key", "unit_link.legal_ref", "zone.name",
}  # fmt: skip


def test_every_text_in_the_clear_is_named_with_its_reason():
    clear = {
        f"{table.name}.{column.name}"
        for table in schema.metadata().sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON)
    }
    named = OURS | OF_BANKS | PUBLIC
    assert sorted(clear - named) == [], (
        "is it free text that a person typed? Then make it Sealed and seal it with the key of "
        "whom it speaks of (docs/adr/0011); else name it above"
    )
    assert sorted(named - clear) == [], "strike it: it stands there no more"
