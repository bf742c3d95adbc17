"""events once, cursors, maintenance, notices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "maintenance",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("maintenance", schema=None) as batch_op:
        batch_op.create_index("maintenance_by_end", ["until"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("outage", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("message", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("notices_by_outage", ["outage"], unique=False)
        batch_op.create_index("notices_by_state", ["state", "destination"], unique=False)
        batch_op.create_index("notices_by_time", ["at"], unique=False)

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("once", sa.String(length=32), nullable=True))
        batch_op.create_index("events_once", ["once"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("events_once")
        batch_op.drop_column("once")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("notices_by_time")
        batch_op.drop_index("notices_by_state")
        batch_op.drop_index("notices_by_outage")

    op.drop_table("notices")
    with op.batch_alter_table("maintenance", schema=None) as batch_op:
        batch_op.drop_index("maintenance_by_end")

    op.drop_table("maintenance")
    op.drop_table("cursors")
