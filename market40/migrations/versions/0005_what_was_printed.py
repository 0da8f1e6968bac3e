"""what was printed: which codes stood in which print run, and whether its file was handed over."""

import sqlalchemy as sa
from alembic import op

import market40.db.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    key = market40.db.base.Id(length=16)
    instant = market40.db.base.UtcInstant(timezone=True)
    op.create_table(
        "print_run",
        sa.Column("market_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("sheet", sa.String(length=10), nullable=False),
        sa.Column("which", sa.String(length=10), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("made_by", key, nullable=True),
        sa.Column("made_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_print_run")),
    )
    op.create_table(
        "printed_code",
        sa.Column("market_id", key, nullable=False),
        sa.Column("run_id", key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code_id", key, nullable=False),
        sa.PrimaryKeyConstraint("market_id", "run_id", "ordinal", name=op.f("pk_printed_code")),
    )
    op.create_index(
        "ix_printed_code_market_id_code_id", "printed_code", ["market_id", "code_id"], unique=False
    )
    op.create_table(
        "print_delivery",
        sa.Column("market_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("run_id", key, nullable=False),
        sa.Column("delivered_to", key, nullable=True),
        sa.Column("delivered_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_print_delivery")),
    )
    op.create_index(
        "ix_print_delivery_market_id_run_id",
        "print_delivery",
        ["market_id", "run_id"],
        unique=False,
    )


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("print_delivery")
    op.drop_table("printed_code")
    op.drop_table("print_run")
