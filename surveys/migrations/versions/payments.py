"""payments, and moves between panels"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('declarations',
    sa.Column('panellist_id', sa.Integer(), nullable=False),
    sa.Column('experience', sa.Text(), nullable=False),
    sa.Column('interests', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_declarations_panellist_id')),
    sa.PrimaryKeyConstraint('panellist_id', name=op.f('pk_declarations'))
    )
    # What was declared on a sign-up page stood with its entry alone.
    op.execute(
        "INSERT INTO declarations (panellist_id, experience, interests)"
        " SELECT panellist_id, min(experience), min(interests) FROM sign_ups"
        " WHERE panellist_id IS NOT NULL AND (experience <> '' OR interests <> '') GROUP BY panellist_id"
    )
    op.create_table('panel_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('panellist_id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('round_number', sa.Integer(), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=320), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['from_id'], ['panels.id'], name=op.f('fk_panel_moves_from_id')),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_panel_moves_panellist_id')),
    sa.ForeignKeyConstraint(['to_id'], ['panels.id'], name=op.f('fk_panel_moves_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_moves'))
    )
    op.create_index(op.f('ix_panel_moves_panellist_id'), 'panel_moves', ['panellist_id'], unique=False)
    op.create_table('payment_offers',
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('currency', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_payment_offers_study_id')),
    sa.PrimaryKeyConstraint('study_id', name=op.f('pk_payment_offers'))
    )
    op.create_table('payments',
    sa.Column('id', sa.String(length=16), nullable=False),
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('panellist_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(length=80), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('offered', 'accepted', 'declined', 'paid', name='paymentstate', native_enum=False, length=20), nullable=False),
    sa.Column('method', sa.String(length=80), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.ForeignKeyConstraint(['panellist_id'], ['panellists.id'], name=op.f('fk_payments_panellist_id')),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_payments_study_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments')),
    sa.UniqueConstraint('panellist_id', 'what', name=op.f('uq_payments_panellist_id_what'))
    )
    op.create_index(op.f('ix_payments_study_id'), 'payments', ['study_id'], unique=False)


def downgrade() -> None:
    op.drop_table('payments')
    op.drop_table('payment_offers')
    op.drop_table('panel_moves')
    op.drop_table('declarations')
