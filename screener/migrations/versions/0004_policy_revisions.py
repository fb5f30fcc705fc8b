"""The policy as revisions; what operators have made of single rules becomes the first one."""

import tomllib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ACTIONS = sa.table(
    "rule_actions",
    sa.column("rule", sa.String()),
    sa.column("action", sa.String()),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    sa.column("changed_by", sa.String()),
)
_REVISIONS = sa.table(
    "policy_revisions",
    sa.column("id", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("author", sa.String()),
    sa.column("changes", sa.Text()),
    sa.column("policy", sa.Text()),
)


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "policy_revisions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_revisions")),
    )
    rows = op.get_bind().execute(sa.select(_ACTIONS).order_by(_ACTIONS.c.changed_at, _ACTIONS.c.rule)).all()
    if rows:
        last = rows[-1]
        first = {
            "id": 1,
            "at": last.changed_at,
            "author": last.changed_by,
            "changes": "\n".join(f'rules.{row.rule}: "{row.action}", by {row.changed_by}' for row in rows),
            "policy": "[rules]\n" + "".join(f'{row.rule} = "{row.action}"\n' for row in rows),
        }
        op.get_bind().execute(sa.insert(_REVISIONS).values(first))
    op.drop_table("rule_actions")


def downgrade() -> None:
    """Go back to the version before, which knows the actions of rules alone."""
    op.create_table(
        "rule_actions",
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_rule_actions")),
    )
    last = op.get_bind().execute(sa.select(_REVISIONS).order_by(_REVISIONS.c.id.desc()).limit(1)).first()
    if last is not None:
        rules = tomllib.loads(last.policy).get("rules", {})
        rows = [
            {"rule": rule, "action": action, "changed_at": last.at, "changed_by": last.author}
            for rule, action in rules.items()
        ]
        if rows:
            op.bulk_insert(_ACTIONS, rows)
    op.drop_table("policy_revisions")
