"""The command line: arguments → service calls → output. The only place that imports click."""

from __future__ import annotations

import errno
import os
import sys

from netdiag.cli.failure import FAILED, USAGE, code_of, quiet_stdout, tell
from netdiag.cli.group import cli
from netdiag.model.errors import NetdiagError


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Every error leaves as a sentence and an exit code of the contract."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run and return the exit code."""
    import click

    try:
        result = cli.main(args=arguments, prog_name="netdiag", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return USAGE
    except click.exceptions.Abort:
        tell("stopped.")
        return FAILED
    except NetdiagError as error:
        tell(str(error))
        return code_of(error)
    except BrokenPipeError:
        quiet_stdout()
        return 0
    except KeyboardInterrupt:
        tell("stopped.")
        return FAILED
    except SystemExit:  # click's way when the reader of --help has left
        quiet_stdout()
        return 0
    # The boundary of the process: whatever was not foreseen still leaves as a sentence.
    except Exception as error:
        if os.environ.get("NETDIAG_DEBUG"):
            raise
        tell(_unforeseen(error))
        return FAILED


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        quiet_stdout()
        return "There is no room left where the answer goes: what stands there is not whole."
    return (
        f"netdiag itself failed: {type(error).__name__}: {error}. This is a bug. "
        "Run again with NETDIAG_DEBUG=1 and report what it prints."
    )
