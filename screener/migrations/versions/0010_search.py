"""Filters of lists and calls, and ranges of the lists, are found without reading the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RANGES = sa.text("\"match\" = 'range'")
_ENTRIES = ("kind", "category", "author", "source")
_CALLS = ("action", "rule")


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_index(
        "ix_list_entries_ranges", "list_entries", ["id"], sqlite_where=_RANGES, postgresql_where=_RANGES
    )
    for column in _ENTRIES:
        op.create_index(f"ix_list_entries_{column}", "list_entries", [column, "id"])
    for column in _CALLS:
        op.create_index(f"ix_calls_{column}", "calls", [column, "at"])


def downgrade() -> None:
    """Go back."""
    for column in _CALLS:
        op.drop_index(f"ix_calls_{column}", "calls")
    for column in _ENTRIES:
        op.drop_index(f"ix_list_entries_{column}", "list_entries")
    op.drop_index("ix_list_entries_ranges", "list_entries")
