"""pilots of a study"""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In one statement that both databases know: SQLite would make the table anew, and others point at it.
    op.execute(
        "ALTER TABLE studies ADD COLUMN pilot_of_id INTEGER"
        " CONSTRAINT fk_studies_pilot_of_id REFERENCES studies (id)"
    )
    op.create_index(op.f('ix_studies_pilot_of_id'), 'studies', ['pilot_of_id'], unique=True)


def downgrade() -> None:
    op.drop_index(op.f('ix_studies_pilot_of_id'), table_name='studies')
    with op.batch_alter_table('studies') as table:
        table.drop_column('pilot_of_id')
