"""what became of items between rounds"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('item_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('reworded', 'merged', 'split', 'new', 'reopened', name='changekind', native_enum=False, length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('ground', sa.Text(), nullable=False),
    sa.Column('by', sa.String(length=320), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_item_changes_round_id')),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_item_changes_study_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_changes'))
    )
    op.create_index(op.f('ix_item_changes_study_id'), 'item_changes', ['study_id'])
    op.create_index(op.f('ix_item_changes_round_id'), 'item_changes', ['round_id'])
    op.create_table('changed_items',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('is_source', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['item_changes.id'], name=op.f('fk_changed_items_change_id')),
    sa.ForeignKeyConstraint(['item_id'], ['items.id'], name=op.f('fk_changed_items_item_id')),
    sa.PrimaryKeyConstraint('change_id', 'item_id', name=op.f('pk_changed_items'))
    )
    op.create_index(op.f('ix_changed_items_item_id'), 'changed_items', ['item_id'])
    op.create_table('reopening_requests',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('panellist_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['items.id'], name=op.f('fk_reopening_requests_item_id')),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_reopening_requests_panellist_id')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_reopening_requests_round_id')),
    sa.PrimaryKeyConstraint('round_id', 'panellist_id', 'item_id', name=op.f('pk_reopening_requests'))
    )


def downgrade() -> None:
    op.drop_table('reopening_requests')
    op.drop_table('changed_items')
    op.drop_table('item_changes')
