"""the words of a study in other languages"""

import sqlalchemy as sa
from alembic import op

import surveys.base

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('translations',
    sa.Column('study_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('place', sa.String(length=300), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('at', surveys.base.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=320), nullable=False),
    sa.ForeignKeyConstraint(['study_id'], ['studies.id'], name=op.f('fk_translations_study_id')),
    sa.PrimaryKeyConstraint('study_id', 'language', 'place', name=op.f('pk_translations'))
    )
    with op.batch_alter_table('studies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('languages', sa.JSON(), server_default='{}', nullable=False))

    with op.batch_alter_table('panellists', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=35), nullable=True))

    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=35), server_default='en', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_column('language')

    with op.batch_alter_table('panellists', schema=None) as batch_op:
        batch_op.drop_column('language')

    with op.batch_alter_table('studies', schema=None) as batch_op:
        batch_op.drop_column('languages')

    op.drop_table('translations')
