"""Write the next migration of the store from what its tables say today: review it before use.

python tools/new_migration.py "what changes"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from netdiag.store.database import connect
from netdiag.store.migrate import NEWEST

MIGRATIONS = Path(__file__).resolve().parents[1] / "netdiag" / "store" / "migrations"


def main(what: str) -> None:
    """Bring an empty store to the newest revision, compare, and write the difference."""
    with tempfile.TemporaryDirectory() as directory:
        engine = connect(f"sqlite:///{directory}/empty.db", foreign_keys=False)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            number = f"{int(NEWEST) + 1:04d}"
            command.revision(config, what, autogenerate=True, rev_id=number)
    print(f"written; now set NEWEST = {number!r} in netdiag/store/migrate.py")


if __name__ == "__main__":
    main(sys.argv[1])
