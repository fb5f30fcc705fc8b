"""Category, scope and action of an entry, and what is read fast of it; what each revision changed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD_KEY = ("kind", "match", "pattern")
_NEW_KEY = ("pattern", "match", "kind", "pbx", "called", "imported")
_KEY = """CASE WHEN "match" = 'exact' AND length(pattern) <= 18
 THEN CAST(replace('1' || pattern, '1+', '2') AS BIGINT) END"""
_PLAIN = """CASE WHEN "match" = 'exact' AND length(pattern) <= 18
 AND action = '' AND pbx = '' AND called = '' AND expires_at IS NULL
 THEN CASE kind WHEN 'allow' THEN 100 WHEN 'block' THEN 200 WHEN 'watch' THEN 300 END
 + CASE category WHEN 'impersonation' THEN 10 WHEN 'scam' THEN 20 WHEN 'harassment' THEN 30
 WHEN 'advertising' THEN 40 WHEN 'other' THEN 50 END
 + CASE WHEN imported = '' THEN 0 ELSE 1 END END"""


def upgrade() -> None:
    """Bring the tables to this version. Entries that are there stay the agency's own, of category other."""
    with op.batch_alter_table("list_entries") as entries:
        entries.drop_constraint("uq_list_entries_kind_match_pattern", type_="unique")
        entries.drop_index("ix_list_entries_pattern")
        entries.alter_column("pattern", type_=sa.String(200), existing_nullable=False)
        for name, length, default in (
            ("category", 16, "other"),
            ("action", 16, ""),
            ("pbx", 64, ""),
            ("called", 400, ""),
            ("imported", 200, ""),
        ):
            entries.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=default))
        entries.create_unique_constraint(f"uq_list_entries_{'_'.join(_NEW_KEY)}", _NEW_KEY)
    with op.batch_alter_table("list_entries") as entries:
        for name in ("category", "action", "pbx", "called", "imported"):
            entries.alter_column(name, server_default=None)
        entries.add_column(sa.Column("key", sa.BigInteger(), sa.Computed(_KEY, persisted=True)))
        entries.add_column(sa.Column("plain", sa.Integer(), sa.Computed(_PLAIN, persisted=True)))
        entries.create_index("ix_list_entries_plain_key", ["plain", "key"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("match", sa.String(length=16), nullable=False),
        sa.Column("pattern", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_revision", "changes", ["revision"])


def downgrade() -> None:
    """Go back. Entries that the version before did not know go away."""
    op.drop_table("changes")
    op.execute(
        """DELETE FROM list_entries WHERE kind = 'watch' OR "match" NOT IN ('exact', 'prefix')"""
        " OR action <> '' OR pbx <> '' OR called <> '' OR imported <> ''"
    )
    with op.batch_alter_table("list_entries") as entries:
        entries.drop_index("ix_list_entries_plain_key")
        entries.drop_column("plain")
        entries.drop_column("key")
    with op.batch_alter_table("list_entries") as entries:
        entries.drop_constraint(f"uq_list_entries_{'_'.join(_NEW_KEY)}", type_="unique")
        for name in ("category", "action", "pbx", "called", "imported"):
            entries.drop_column(name)
        entries.alter_column("pattern", type_=sa.String(40), existing_nullable=False)
        entries.create_unique_constraint(f"uq_list_entries_{'_'.join(_OLD_KEY)}", _OLD_KEY)
        entries.create_index("ix_list_entries_pattern", ["pattern"])
