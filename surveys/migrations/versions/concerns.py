"""concerns passed to a safeguarding lead"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('safeguarding_leads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('named_at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('named_by', sa.String(length=320), nullable=False),
    sa.Column('ended_at', surveys.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=320), nullable=True),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_safeguarding_leads_study_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_safeguarding_leads'))
    )
    op.create_index(op.f('ix_safeguarding_leads_study_id'), 'safeguarding_leads', ['study_id'], unique=False)
    op.create_table('concerns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('panellist_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('by', sa.String(length=320), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=43), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('acknowledged_at', surveys.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('closed_at', surveys.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=320), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['safeguarding_leads.id'], name=op.f('fk_concerns_lead_id')),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_concerns_panellist_id')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_concerns_round_id')),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_concerns_study_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concerns')),
    sa.UniqueConstraint('round_id', 'panellist_id', 'place', name=op.f('uq_concerns_round_id_panellist_id_place')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_concerns_token_hash'))
    )
    op.create_index(op.f('ix_concerns_lead_id'), 'concerns', ['lead_id'], unique=False)
    op.create_index(op.f('ix_concerns_panellist_id'), 'concerns', ['panellist_id'], unique=False)
    op.create_index(op.f('ix_concerns_study_id'), 'concerns', ['study_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_concerns_study_id'), table_name='concerns')
    op.drop_index(op.f('ix_concerns_panellist_id'), table_name='concerns')
    op.drop_index(op.f('ix_concerns_lead_id'), table_name='concerns')
    op.drop_table('concerns')
    op.drop_index(op.f('ix_safeguarding_leads_study_id'), table_name='safeguarding_leads')
    op.drop_table('safeguarding_leads')
