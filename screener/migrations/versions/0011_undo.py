"""What can be undone: changes of the lists, and each entry as it was before."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "undo_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_steps")),
    )
    op.create_index("ix_undo_steps_at", "undo_steps", ["at", "id"])
    op.create_table(
        "undo_rows",
        sa.Column("step_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("kept", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16)),
        sa.Column("match", sa.String(length=16)),
        sa.Column("pattern", sa.String(length=200)),
        sa.Column("category", sa.String(length=16)),
        sa.Column("action", sa.String(length=16)),
        sa.Column("pbx", sa.String(length=64)),
        sa.Column("called", sa.String(length=400)),
        sa.Column("imported", sa.String(length=200)),
        sa.Column("note", sa.Text()),
        sa.Column("author", sa.String(length=200)),
        sa.Column("source", sa.String(length=200)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("step_id", "entry_id", name=op.f("pk_undo_rows")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("undo_rows")
    op.drop_table("undo_steps")
