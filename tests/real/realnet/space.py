"""Namespaces and processes of one test run, all of which go away with it."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Self

from realnet.shell import ToolError, run, until

_numbers = itertools.count()
_NAME = re.compile(r"^(nd-\d+)-\S+", re.MULTILINE)
_MOUNT_AND_EXEC = (
    'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 9; shift 2; done; shift; exec "$@"'
)


class Space:
    """Namespaces named `nd-<pid><n>-<node>`, a folder, and the processes started in them. `n` tells
    the spaces of one test run apart."""

    def __init__(self) -> None:
        self.prefix = f"nd-{os.getpid()}{next(_numbers) % 10}"
        self.folder = Path(tempfile.gettempdir()) / self.prefix
        born = self.folder.with_name(f"new-{self.prefix}")
        born.mkdir(mode=0o755)
        self._lock = _locked(born / "lock")
        born.rename(self.folder)  # with its lock already: another run takes it for no leftover
        self._nodes: list[str] = []
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        remove(self.prefix)
        for process in self._processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            if process.stdin is not None:
                process.stdin.close()
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def name(self, node: str) -> str:
        """Name of the node's namespace."""
        return f"{self.prefix}-{node}"

    def add(self, node: str) -> None:
        """Make the namespace of a node, with its loopback up."""
        run("ip", "netns", "add", self.name(node))
        self._nodes.append(node)
        self.ip(node, "link set lo up")

    @property
    def nodes(self) -> tuple[str, ...]:
        """Nodes in the order in which they were made."""
        return tuple(self._nodes)

    def ip(self, node: str, *lines: str) -> None:
        """Run lines of `ip -batch` in a node."""
        run("ip", "-n", self.name(node), "-batch", "-", text_in="\n".join(lines) + "\n")

    def run(
        self,
        node: str,
        *words: str,
        check: bool = True,
        timeout_s: float = 30.0,
        text_in: str | None = None,
    ) -> str:
        """Run a command in a node and return what it prints."""
        inside = ("ip", "netns", "exec", self.name(node), *words)
        return run(*inside, check=check, timeout_s=timeout_s, text_in=text_in, env=environment())

    def start(
        self,
        node: str,
        name: str,
        words: Sequence[str],
        *,
        mounts: Mapping[Path, str] | None = None,
        env: Mapping[str, str] | None = None,
        piped: bool = False,
    ) -> subprocess.Popen[str]:
        """Start a server in a node; its output goes to `<name>.log` in the folder.

        `mounts` lays own files or folders over those of the system, for this process alone.
        """
        pairs = [word for own, system in (mounts or {}).items() for word in (str(own), system)]
        wrapped = (
            ["sh", "-c", _MOUNT_AND_EXEC, "sh", *pairs, "--", *words] if pairs else list(words)
        )
        with self.log(name).open("a") as log:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.name(node), *wrapped],
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
                env={**environment(), **(env or {})},
                start_new_session=True,
            )
        self._processes[name] = process
        return process

    def log(self, name: str) -> Path:
        """File that holds the output of a process."""
        return self.folder / f"{name}.log"

    def stop(self, name: str, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End a process and wait for it; nothing happens when it is not running."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        process.send_signal(with_signal)
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)

    def signal(self, name: str, which: signal.Signals) -> None:
        """Send a signal to a process that goes on living."""
        self._processes[name].send_signal(which)

    def tell(self, name: str, line: str) -> None:
        """Write a line to a process that was started `piped`."""
        pipe = self._processes[name].stdin
        if pipe is None:
            raise ToolError(f"{name} does not listen")
        pipe.write(line + "\n")
        pipe.flush()

    def finish(
        self, node: str, *words: str, timeout_s: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a node to its end, whatever its exit code."""
        return subprocess.run(
            ["ip", "netns", "exec", self.name(node), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def running(self, name: str) -> bool:
        """Whether the process lives."""
        process = self._processes.get(name)
        return process is not None and process.poll() is None


def environment() -> dict[str, str]:
    """The environment of every tool: no MIB files are looked for, messages are plain English."""
    return {**os.environ, "MIBS": "", "LC_ALL": "C"}


def remove_leftovers() -> list[str]:
    """Remove networks whose run has died, and say which."""
    names = set(_NAME.findall(run("ip", "netns", "list")))
    folders = {
        p.name for p in Path(tempfile.gettempdir()).glob("nd-*") if _NAME.match(p.name + "-x")
    }
    dead = sorted(prefix for prefix in names | folders if not _alive(prefix))
    for prefix in dead:
        remove(prefix)
        shutil.rmtree(Path(tempfile.gettempdir()) / prefix, ignore_errors=True)
    return dead


def remove(prefix: str) -> None:
    """End every process in the namespaces of this prefix, then delete them."""
    spaces = [word for word in run("ip", "netns", "list").split() if word.startswith(prefix + "-")]
    _end_postgres(Path(tempfile.gettempdir()) / prefix)
    _kill(lambda: _pids(spaces))
    for space in spaces:
        run("ip", "netns", "del", space, check=False)


def _kill(living: Callable[[], list[int]]) -> None:
    for pid in living():
        _signal(pid, signal.SIGKILL)
    with contextlib.suppress(ToolError):
        until(lambda: not living(), "end of the processes in the namespaces", 5, 0.05)


def _pids(spaces: Iterable[str]) -> list[int]:
    return [int(p) for s in spaces for p in run("ip", "netns", "pids", s, check=False).split()]


def _end_postgres(folder: Path) -> None:
    # A killed postmaster leaves its shared memory segment behind; SIGQUIT makes it remove it.
    for file in folder.glob("*/postmaster.pid"):
        pid = int(file.read_text().split()[0])
        _signal(pid, signal.SIGCONT)
        _signal(pid, signal.SIGQUIT)
        with contextlib.suppress(ToolError):
            until(partial(_gone, file), "end of PostgreSQL", 4, 0.05)


def _gone(file: Path) -> bool:
    return not file.exists()


def _signal(pid: int, which: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, which)


def _alive(prefix: str) -> bool:
    lock = Path(tempfile.gettempdir()) / prefix / "lock"
    try:
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _locked(path: Path) -> IO[str]:
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file
