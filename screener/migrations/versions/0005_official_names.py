"""Names, aliases and ranges of official numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNIQUE = "uq_official_numbers_number"
_NUMBERED = sa.text("number <> ''")


def upgrade() -> None:
    """Bring the tables to this version. Numbers that are there stay single ones, without names."""
    with op.batch_alter_table("official_numbers") as officials:
        officials.drop_constraint(_UNIQUE, type_="unique")
        officials.add_column(sa.Column("last", sa.String(40), nullable=False, server_default=""))
        officials.add_column(sa.Column("name", sa.String(300), nullable=False, server_default=""))
        officials.add_column(sa.Column("aliases", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("official_numbers") as officials:
        for name in ("last", "name", "aliases"):
            officials.alter_column(name, server_default=None)
    op.create_index(
        _UNIQUE,
        "official_numbers",
        ["number"],
        unique=True,
        sqlite_where=_NUMBERED,
        postgresql_where=_NUMBERED,
    )


def downgrade() -> None:
    """Go back. Entries that the version before did not know go away."""
    op.drop_index(_UNIQUE, "official_numbers")
    op.execute("DELETE FROM official_numbers WHERE number = '' OR last <> ''")
    with op.batch_alter_table("official_numbers") as officials:
        for name in ("aliases", "name", "last"):
            officials.drop_column(name)
        officials.create_unique_constraint(_UNIQUE, ["number"])
