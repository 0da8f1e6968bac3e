"""what stood on a printed card that may have changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"  # 0006 is another's: whoever brings both in chains them
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("printed_code") as table:
        table.add_column(sa.Column("face", sa.LargeBinary(length=16), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("printed_code") as table:
        table.drop_column("face")
