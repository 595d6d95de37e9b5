"""How Alembic runs here: on the connection that `surveys.migrations` hands it."""

from alembic import context

from surveys import schema

connection = context.config.attributes["connection"]
is_sqlite = connection.dialect.name == "sqlite"
if is_sqlite:
    # It alters a table by making it anew, and would not let go of the old one while others point at it. Only
    # outside a transaction is this heard, so it is said to the driver's own connection; the check is below.
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
context.configure(
    connection=connection,
    target_metadata=schema.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
    if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"after migrating, these rows point at nothing: {broken[:10]}")
