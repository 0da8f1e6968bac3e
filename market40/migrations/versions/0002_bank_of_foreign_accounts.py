"""bank of foreign accounts: kept from now on; older credits do not say it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.add_column("credit", sa.Column("bank", sa.String(length=60), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("credit", "bank")
