"""pilots of a study"""

import sqlalchemy as sa
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
    pilots = op.get_bind().scalar(sa.text("SELECT count(*) FROM studies WHERE pilot_of_id IS NOT NULL"))
    if pilots:  # without the column they would be studies like any other, their answers counted
        raise RuntimeError(f"there are pilots ({pilots}): remove them before the database goes back")
    op.drop_index(op.f('ix_studies_pilot_of_id'), table_name='studies')
    with op.batch_alter_table('studies') as table:
        table.drop_column('pilot_of_id')
