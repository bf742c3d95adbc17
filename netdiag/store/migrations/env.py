"""Alembic's doorway: it runs over the connection that netdiag.store.migrate gives."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from netdiag.store import fleet_tables, sweep_tables  # noqa: F401  (they join the metadata)
from netdiag.store.schema import metadata
from netdiag.store.tables import Moment


def _rendered(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Own types are written as what the database holds: a migration outlives our classes."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_rendered,
)
with context.begin_transaction():
    context.run_migrations()
