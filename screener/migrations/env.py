"""Runs the migrations on the connection that ``screener.database`` hands over.

A new one is made from the models with ``alembic.command.revision(config, message, autogenerate=True)`` on a
database that is at the head; ``tests/test_migrations.py`` fails while models and migrations differ.
"""

from alembic import context

from screener import models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.CallRecord.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
