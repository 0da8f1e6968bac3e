"""inspections: rounds, lists that went out, what was found, buyers' reports, the board's answers."""

import sqlalchemy as sa
from alembic import op

import market40.db.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    key = market40.db.base.Id(length=16)
    instant = market40.db.base.UtcInstant(timezone=True)
    op.create_table(
        "inspection_round",
        sa.Column("market_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("begins_at", instant, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("begun_by", key, nullable=False),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_inspection_round")),
    )
    op.create_table(
        "inspection_list",
        sa.Column("market_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("made_for", key, nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_inspection_list")),
    )
    op.create_table(
        "inspection",
        sa.Column("market_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("stall_id", key, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("told", sa.String(length=16), nullable=True),
        sa.Column("code_id", key, nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("inspected_at", instant, nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("inspected_by", key, nullable=False),
        sa.Column("list_id", key, nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("photo_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("seen", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_inspection")),
    )
    op.create_index(
        "ix_inspection_market_id_stall_id",
        "inspection",
        ["market_id", "stall_id", "inspected_at", "verdict"],
    )
    op.create_table(
        "name_report",
        sa.Column("market_id", key, nullable=False),
        sa.Column("id", key, nullable=False),
        sa.Column("code_id", key, nullable=False),
        sa.Column("reported_at", instant, nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("market_id", "id", name=op.f("pk_name_report")),
    )
    op.create_index(
        "ix_name_report_market_id_code_id", "name_report", ["market_id", "code_id", "reported_at"]
    )
    op.create_table(
        "alarm_answer",
        sa.Column("market_id", key, nullable=False),
        sa.Column("subject_id", key, nullable=False),
        sa.Column("did", sa.String(length=16), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", key, nullable=False),
        sa.Column("answered_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("market_id", "subject_id", name=op.f("pk_alarm_answer")),
    )


def downgrade() -> None:
    """Go back to the version before."""
    for table in (
        "alarm_answer",
        "name_report",
        "inspection",
        "inspection_list",
        "inspection_round",
    ):
        op.drop_table(table)
