"""print files made in parts, and what stood on a printed card that may have changed since."""

import sqlalchemy as sa
from alembic import op

import market40.db.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    key = market40.db.base.Id(length=16)
    instant = market40.db.base.UtcInstant(timezone=True)
    with op.batch_alter_table("printed_code") as table:
        table.add_column(sa.Column("face", sa.LargeBinary(length=16), nullable=True))
    op.create_table(
        "print_work",
        sa.Column("market_id", key, nullable=False),
        sa.Column("run_id", key, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("key_id", key, nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("read_back", sa.Integer(), nullable=False),
        sa.Column("standing", sa.LargeBinary(), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("fault_page", sa.Integer(), nullable=True),
        sa.Column("ends_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("market_id", "run_id", name=op.f("pk_print_work")),
    )
    op.create_table(
        "print_part",
        sa.Column("market_id", key, nullable=False),
        sa.Column("run_id", key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("market_id", "run_id", "ordinal", name=op.f("pk_print_part")),
    )


def downgrade() -> None:
    """Go back to the version before; files under way are made anew by the next run."""
    op.drop_table("print_part")
    op.drop_table("print_work")
    with op.batch_alter_table("printed_code") as table:
        table.drop_column("face")
