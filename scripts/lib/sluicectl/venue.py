"""The venue that a command line means, and the person at the terminal."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from .client import Connection, Hello
from .table import Values

SOCKET_VARIABLE = "SLUICE_ADMIN_SOCKET"
DEFAULT_SOCKET = "/dev/shm/sluice/admin.sock"
DEFAULT_TIMEOUT_S = 10.0
# A Logout may take its LogoutTimeout, 60 seconds at most, and a cancel of all its time.
DEFAULT_CHANGE_TIMEOUT_S = 90.0


@dataclass
class Settings:
    """The global options."""

    socket: str = DEFAULT_SOCKET
    timeout_s: float = DEFAULT_TIMEOUT_S
    change_timeout_s: float = DEFAULT_CHANGE_TIMEOUT_S
    json: bool = False
    dry_run: bool = False
    yes: bool = False
    reason: str | None = None

    @staticmethod
    def of(flags: Values) -> "Settings":
        return Settings(
            socket=str(flags.get("socket") or os.environ.get(SOCKET_VARIABLE) or DEFAULT_SOCKET),
            timeout_s=float(flags.get("timeout", DEFAULT_TIMEOUT_S)),
            change_timeout_s=float(flags.get("timeout", DEFAULT_CHANGE_TIMEOUT_S)),
            json=bool(flags.get("json")),
            dry_run=bool(flags.get("dry_run")),
            yes=bool(flags.get("yes")),
            reason=flags.get("reason"),
        )


class Venue:
    """A connection that is made when it is first needed, and again when the venue had closed it.

    So a script can outlast a restart of the venue. A request is never sent twice.
    """

    def __init__(self, path: str, timeout_s: float):
        self._path = path
        self._timeout_s = timeout_s
        self._connection: Connection | None = None

    def __enter__(self) -> "Venue":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def connection(self) -> Connection:
        if self._connection is not None and not self._connection.is_open:
            self.close()
        if self._connection is None:
            self._connection = Connection(self._path, self._timeout_s)
        return self._connection

    @property
    def hello(self) -> Hello:
        return self.connection.hello

    def ask(
        self,
        command: str,
        args: dict,
        *,
        reason: str | None = None,
        dry_run: bool = False,
        on_row: Callable[[dict], None] | None = None,
    ) -> dict:
        return self.connection.ask(command, args, reason=reason, dry_run=dry_run, on_row=on_row)

    def look(self, command: str, args: dict) -> tuple[list[dict], dict]:
        """Rows and result of something that changes nothing."""
        rows: list[dict] = []
        result = self.ask(command, args, on_row=rows.append)
        return rows, result


class Terminal:
    """Whoever may be asked."""

    def is_interactive(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty()

    def confirm(self, question: str) -> bool:
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer.endswith("\n"):
            print(file=sys.stderr)
        return answer.strip().lower() in ("y", "yes")
