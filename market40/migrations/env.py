"""Alembic's environment: the connection is handed in by `market40.migrations.upgrade`."""

from alembic import context

from market40 import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata(),
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
