"""themes in what was written"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('theme_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('folded', sa.String(length=240), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('theme', sa.String(length=80), nullable=False),
    sa.Column('changed_at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=320), nullable=False),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_theme_codes_study_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_theme_codes')),
    sa.UniqueConstraint('study_id', 'folded', name=op.f('uq_theme_codes_study_id_folded'))
    )
    op.create_table('finished_codings',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('coder_id', sa.Integer(), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['coder_id'], ['accounts.id'], name=op.f('fk_finished_codings_coder_id')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_finished_codings_round_id')),
    sa.PrimaryKeyConstraint('round_id', 'coder_id', name=op.f('pk_finished_codings'))
    )
    op.create_table('codings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('panellist_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('coder', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['accounts.id'], name=op.f('fk_codings_by_id')),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_codings_panellist_id')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_codings_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_codings')),
    sa.UniqueConstraint('round_id', 'panellist_id', 'place', 'coder', name=op.f('uq_codings_round_id_panellist_id_place_coder'))
    )
    op.create_index(op.f('ix_codings_panellist_id'), 'codings', ['panellist_id'], unique=False)
    op.create_table('coding_codes',
    sa.Column('coding_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['theme_codes.id'], name=op.f('fk_coding_codes_code_id')),
    sa.ForeignKeyConstraint(['coding_id'], ['codings.id'], name=op.f('fk_coding_codes_coding_id')),
    sa.PrimaryKeyConstraint('coding_id', 'code_id', name=op.f('pk_coding_codes'))
    )
    op.create_index(op.f('ix_coding_codes_code_id'), 'coding_codes', ['code_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_coding_codes_code_id'), table_name='coding_codes')
    op.drop_table('coding_codes')
    op.drop_index(op.f('ix_codings_panellist_id'), table_name='codings')
    op.drop_table('codings')
    op.drop_table('finished_codings')
    op.drop_table('theme_codes')
