"""seal what people type: labels of intents and keys, and why a code ended.

Rows are sealed with the master key of whoever upgrades. Expand and contract are one step here,
for no released version knows the columns that go.
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.orm import Session

from market40.db.base import Id
from market40.db.vault import Vault, key_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ACCOUNT = sa.table(
    "beneficiary_account",
    sa.column("market_id", Id()),
    sa.column("id", Id()),
    sa.column("key_id", Id()),
)
PERSON = sa.table("person", sa.column("id", Id()), sa.column("login", sa.LargeBinary))
BATCH = 500
# table, column, what it is sealed for
OLD = (
    ("intent", "label", "intent.label"),
    ("issued_code", "end_reason", "code.end_reason"),
    ("api_key", "label", "api_key.label"),
)


def upgrade() -> None:
    """Go to this version."""
    vault = context.config.attributes["vault"]
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # what was in the clear is overwritten
    for table, column, sealed_for in OLD:
        op.add_column(table, sa.Column(f"sealed_{column}", sa.LargeBinary(), nullable=True))
        with Session(op.get_bind(), join_transaction_mode="create_savepoint") as session:
            _fill(session, vault, table, column, sealed_for)
            session.commit()
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        op.execute(f"ALTER TABLE {table} RENAME COLUMN sealed_{column} TO {column}")


def _fill(session: Session, vault: Vault, table: str, column: str, sealed_for: str) -> None:
    """Seal one column's texts, a batch after another; of who was erased nothing is kept."""
    names = ("id", "market_id", "account_id", "person_id")
    rows = sa.table(
        table,
        *(sa.column(name, Id()) for name in names),
        sa.column(column, sa.String),
        sa.column(f"sealed_{column}", sa.LargeBinary),
    )
    clear = rows.c[column]
    if table == "api_key":
        query = sa.select(rows.c.id, clear, PERSON.c.login).join(
            PERSON, PERSON.c.id == rows.c.person_id
        )
    else:
        query = sa.select(rows.c.id, clear, ACCOUNT.c.key_id).join(
            ACCOUNT,
            sa.and_(ACCOUNT.c.market_id == rows.c.market_id, ACCOUNT.c.id == rows.c.account_id),
        )
    write = (
        sa.update(rows)
        .where(rows.c.id == sa.bindparam("row_id"))
        .values(
            {
                column: sa.null() if table != "api_key" else "",
                f"sealed_{column}": sa.bindparam("kept"),
            }
        )
    )
    query = query.where(clear.is_not(None)).order_by(rows.c.id).limit(BATCH)
    batch = session.execute(query).all()
    while batch:
        kept = []
        for row_id, text, found in batch:
            key_id = key_of(found) if isinstance(found, bytes) else found
            sealed = vault.seal_if_kept(session, key_id, text, column=sealed_for)
            kept.append({"row_id": row_id, "kept": sealed})
        session.connection().execute(write, kept)
        batch = session.execute(query.where(rows.c.id > batch[-1][0])).all()


def downgrade() -> None:
    """Go back to the version before: what was sealed is lost."""
    for table, column, _sealed_for in OLD:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.add_column("intent", sa.Column("label", sa.String(length=60), nullable=True))
    op.add_column("issued_code", sa.Column("end_reason", sa.String(length=200), nullable=True))
    op.add_column(
        "api_key", sa.Column("label", sa.String(length=80), nullable=False, server_default="")
    )
