"""the time zone of a study"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('studies') as table:
        table.add_column(sa.Column('time_zone', sa.String(length=60), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('studies') as table:
        table.drop_column('time_zone')
