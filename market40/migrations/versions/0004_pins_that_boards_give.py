"""pins that boards give: who gave whom another PIN, and whose has not been replaced yet."""

import sqlalchemy as sa
from alembic import op

import market40.db.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.add_column(
        "person",
        sa.Column("secret_given_at", market40.db.base.UtcInstant(timezone=True), nullable=True),
    )
    op.create_table(
        "secret_reset",
        sa.Column("market_id", market40.db.base.Id(length=16), nullable=False),
        sa.Column("id", market40.db.base.Id(length=16), nullable=False),
        sa.Column("person_id", market40.db.base.Id(length=16), nullable=False),
        sa.Column("actor_id", market40.db.base.Id(length=16), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", market40.db.base.UtcInstant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_secret_reset")),
    )
    op.create_index("ix_secret_reset_person_id", "secret_reset", ["person_id"], unique=False)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("secret_reset")
    op.drop_column("person", "secret_given_at")
