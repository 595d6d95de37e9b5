"""comparisons of coders"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('coder_comparisons',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['first_id'], ['accounts.id'], name=op.f('fk_coder_comparisons_first_id')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_coder_comparisons_round_id')),
    sa.ForeignKeyConstraint(['second_id'], ['accounts.id'], name=op.f('fk_coder_comparisons_second_id')),
    sa.PrimaryKeyConstraint('round_id', 'first_id', 'second_id', name=op.f('pk_coder_comparisons'))
    )


def downgrade() -> None:
    op.drop_table('coder_comparisons')
