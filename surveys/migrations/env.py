"""How Alembic runs here: on the connection that `surveys.migrations` hands it."""

from alembic import context

from surveys import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
