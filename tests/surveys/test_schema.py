"""The schema: migrations make what the models say, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from surveys import database, migrations, schema


def test_upgrading_from_empty_leaves_nothing_to_migrate(database_url: str) -> None:
    engine = database.connect(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    assert migrations.is_current(database_url)
    migrations.upgrade(database_url)
    assert migrations.is_current(database_url)


def test_sqlite_keeps_ratings_without_a_row_number(sqlite_url: str) -> None:
    engine = database.connect(sqlite_url)
    with engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'ratings'").scalar_one()
    engine.dispose()
    assert "WITHOUT ROWID" in made


def test_the_tally_reads_the_covering_index_alone(sqlite_url: str) -> None:
    engine = database.connect(sqlite_url)
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT item_id, criterion_id, panel_id, value, count(*) FROM ratings "
            "WHERE round_id = 1 GROUP BY item_id, criterion_id, panel_id, value"
        ).all()
    engine.dispose()
    assert [row[-1] for row in plan] == ["SEARCH ratings USING COVERING INDEX ix_ratings_tally (round_id=?)"]
