"""write-ups"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('write_ups',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('through', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('changed_at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=320), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['items.id'], name=op.f('fk_write_ups_item_id')),
    sa.PrimaryKeyConstraint('item_id', 'through', name=op.f('pk_write_ups'))
    )


def downgrade() -> None:
    op.drop_table('write_ups')
