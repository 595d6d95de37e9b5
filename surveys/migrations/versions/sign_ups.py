"""sign-ups, attributes of panellists, and by which channel each was invited"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('panellists') as table:
        table.add_column(sa.Column('channel', sa.String(length=80), nullable=False, server_default='own list'))
    op.create_table('panellist_attributes',
    sa.Column('panellist_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_panellist_attributes_panellist_id')),
    sa.PrimaryKeyConstraint('panellist_id', 'name', name=op.f('pk_panellist_attributes'))
    )
    op.create_table('sign_up_forms',
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('erased', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panels.id'], name=op.f('fk_sign_up_forms_panel_id')),
    sa.PrimaryKeyConstraint('panel_id', name=op.f('pk_sign_up_forms'))
    )
    op.create_table('sign_up_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=43), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', surveys.base.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['panel_id'], ['panels.id'], name=op.f('fk_sign_up_links_panel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_up_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_up_links_token_hash'))
    )
    op.create_index(op.f('ix_sign_up_links_panel_id'), 'sign_up_links', ['panel_id'], unique=False)
    op.create_table('sign_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('panel_id', sa.Integer(), nullable=False),
    sa.Column('panellist_id', sa.Integer(), nullable=True),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'approved', 'declined', name='signupstatus', native_enum=False, length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('email', sa.String(length=320), nullable=True),
    sa.Column('capacity', sa.Enum('participant', 'public contributor', name='capacity', native_enum=False, length=20), nullable=False),
    sa.Column('experience', sa.Text(), nullable=False),
    sa.Column('interests', sa.Text(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('attributes', sa.JSON(), nullable=False),
    sa.Column('origin_hash', sa.String(length=64), nullable=True),
    sa.Column('repeats', sa.Integer(), nullable=False),
    sa.Column('decided_at', surveys.base.UTCDateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=320), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['panel_id'], ['panels.id'], name=op.f('fk_sign_ups_panel_id')),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_sign_ups_panellist_id')),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_sign_ups_study_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ups'))
    )
    op.create_index(op.f('ix_sign_ups_study_id_email'), 'sign_ups', ['study_id', 'email'], unique=False)
    op.create_index(op.f('ix_sign_ups_panel_id'), 'sign_ups', ['panel_id'], unique=False)
    op.create_index(op.f('ix_sign_ups_panellist_id'), 'sign_ups', ['panellist_id'], unique=False)


def downgrade() -> None:
    op.drop_table('sign_ups')
    op.drop_table('sign_up_links')
    op.drop_table('sign_up_forms')
    op.drop_table('panellist_attributes')
    with op.batch_alter_table('panellists') as table:
        table.drop_column('channel')
