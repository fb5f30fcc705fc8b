"""Calls whose end nobody saw."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("calls", sa.Column("end_missed_at", sa.DateTime(timezone=True), nullable=True))
    under_way = sa.text("ended_at IS NULL AND end_missed_at IS NULL")
    op.create_index(
        "ix_calls_open", "calls", ["pbx", "at"], sqlite_where=under_way, postgresql_where=under_way
    )


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index("ix_calls_open", table_name="calls")
    op.drop_column("calls", "end_missed_at")
