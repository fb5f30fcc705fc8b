"""Runs the migrations on the connection that ``screener.database`` hands over.

A new one is made from the models with ``alembic.command.revision(config, message, autogenerate=True)`` on a
database that is at the head; ``tests/test_migrations.py`` fails while models and migrations differ.
"""

from alembic import context

from blocklist import text_index
from screener import models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.CallRecord.metadata,
    render_as_batch=True,
    include_name=lambda name, kind, parents: not text_index.owns(name or ""),
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
