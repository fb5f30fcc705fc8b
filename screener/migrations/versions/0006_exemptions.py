"""Numbers that are exempt on one trunk."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "exemptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("pbx", sa.String(length=64), nullable=False),
        sa.Column("trunk", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemptions")),
        sa.UniqueConstraint("number", "pbx", "trunk", name=op.f("uq_exemptions_number_pbx_trunk")),
    )


def downgrade() -> None:
    """Go back. Exempt numbers are judged as any others again."""
    op.drop_table("exemptions")
