"""findings of closing codes and tickets; figures of diagnoses as columns"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("code", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("key", sa.String(length=64), nullable=True))
        batch_op.create_index("feedback_by_time", ["at"], unique=False)
        batch_op.create_unique_constraint("feedback_once", ["key"])

    with op.batch_alter_table("diagnoses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("side_confidence", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("site", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("desk", sa.String(length=100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("diagnoses", schema=None) as batch_op:
        batch_op.drop_column("desk")
        batch_op.drop_column("site")
        batch_op.drop_column("side_confidence")

    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_constraint("feedback_once", type_="unique")
        batch_op.drop_index("feedback_by_time")
        batch_op.drop_column("key")
        batch_op.drop_column("code")
        batch_op.drop_column("ticket")
