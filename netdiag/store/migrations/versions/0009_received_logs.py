"""received logs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("facility", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("log_lines", schema=None) as batch_op:
        batch_op.create_index("log_lines_by_device", ["device", "at"], unique=False)
        batch_op.create_index("log_lines_by_time", ["at"], unique=False)
    op.create_table(
        "log_cover",
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("receiver", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("device", "receiver"),
    )


def downgrade() -> None:
    op.drop_table("log_cover")
    with op.batch_alter_table("log_lines", schema=None) as batch_op:
        batch_op.drop_index("log_lines_by_time")
        batch_op.drop_index("log_lines_by_device")

    op.drop_table("log_lines")
