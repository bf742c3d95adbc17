"""tickets and their lives"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("work", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="ticket_letters_once"),
    )
    with op.batch_alter_table("ticket_letters", schema=None) as batch_op:
        batch_op.create_index("ticket_letters_by_state", ["state", "begun_at"], unique=False)

    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("diagnosis", sa.String(length=64), nullable=True),
        sa.Column("outage", sa.String(length=64), nullable=True),
        sa.Column("fault", sa.String(length=100), nullable=True),
        sa.Column("side", sa.String(length=20), nullable=True),
        sa.Column("desk", sa.String(length=100), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket", "key", name="ticket_events_once"),
    )
    with op.batch_alter_table("ticket_events", schema=None) as batch_op:
        batch_op.create_index("ticket_events_by_kind", ["kind", "at"], unique=False)
        batch_op.create_index("ticket_events_by_ticket", ["ticket", "at"], unique=False)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("side", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("site", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("desk", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("queue", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("priority", sa.String(length=30), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("visit", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("origin", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("repeat_of", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("resolved_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(), nullable=True))
        batch_op.create_index("tickets_by_outage", ["outage", "state"], unique=False)
        batch_op.create_index("tickets_by_state", ["state", "changed_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("tickets_by_state")
        batch_op.drop_index("tickets_by_outage")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("resolved_at")
        batch_op.drop_column("opened_at")
        batch_op.drop_column("repeat_of")
        batch_op.drop_column("origin")
        batch_op.drop_column("visit")
        batch_op.drop_column("due_at")
        batch_op.drop_column("priority")
        batch_op.drop_column("queue")
        batch_op.drop_column("desk")
        batch_op.drop_column("site")
        batch_op.drop_column("side")

    with op.batch_alter_table("ticket_events", schema=None) as batch_op:
        batch_op.drop_index("ticket_events_by_ticket")
        batch_op.drop_index("ticket_events_by_kind")

    op.drop_table("ticket_events")
    with op.batch_alter_table("ticket_letters", schema=None) as batch_op:
        batch_op.drop_index("ticket_letters_by_state")

    op.drop_table("ticket_letters")
