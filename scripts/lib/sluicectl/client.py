"""The client's side of the admin protocol, version 1: gateway/admin/PROTOCOL.md."""

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .errors import NoConnection, Refused, UsageError

PROTOCOL_VERSION = 1
# PROTOCOL.md, "Lines".
REQUEST_BYTES_MAX = 65536
# The longest line is a tailed message: max_message_bytes may be 1 MiB, and its separators take six
# bytes each in JSON.
ANSWER_BYTES_MAX = 8 * 1024 * 1024
# What a venue that closes has still said is there already.
_LAST_WORDS_S = 0.1
# PROTOCOL.md, `order.list`: the most that can be asked for.
ROWS_MAX = 1000000


@dataclass(frozen=True)
class Hello:
    version: str
    venue: str
    user: str
    role: str
    firm: str | None


def parse_object(line: bytes) -> dict:
    """One line as an object, strictly: no second member of one name, no NaN. Raises ValueError."""

    def unique(pairs: list[tuple[str, object]]) -> dict:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a member twice")
        return found

    def no_constant(name: str) -> float:
        raise ValueError(f"{name} is not JSON")

    try:
        value = json.loads(
            line.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


class Connection:
    """One connection. Requests go one at a time; a failure in the middle of an answer closes it."""

    def __init__(self, path: str, timeout_s: float):
        self._path = path
        self._timeout_s = timeout_s
        self._buffer = bytearray()
        # Bytes of the buffer that are known to hold no line feed, so that none is looked at twice.
        self._scanned = 0
        self._next_id = 1
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout_s)
            self._socket.connect(path)
            self.hello = self._read_hello()
        except OSError as problem:
            self.close()
            raise NoConnection(f"cannot connect to {path}: {_why(problem)}") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    @property
    def is_open(self) -> bool:
        """False once the venue has closed, which an idle connection notices only by looking."""
        if self._socket.fileno() < 0:
            return False
        readable, _, _ = select.select([self._socket], [], [], 0)
        # Nothing comes unasked: whatever is readable now is the end, or no answer of ours.
        return not readable and not self._buffer

    def ask(
        self,
        command: str,
        args: dict,
        *,
        reason: str | None = None,
        dry_run: bool = False,
        timeout_s: float | None = None,
        on_row: Callable[[dict], None] | None = None,
    ) -> dict:
        """Sends one request and returns its result. Raises Refused for the venue's error.

        No line of the answer may take longer than `timeout_s`, the connection's unless given.
        """
        patience_s = self._timeout_s if timeout_s is None else timeout_s
        request_id = self._send(command, args, reason, dry_run)
        try:
            for _ in range(ROWS_MAX + 1):
                answer = self._read_answer(request_id, patience_s)
                if "row" not in answer:
                    return answer["result"]
                if on_row is not None:
                    on_row(answer["row"])
            raise self._bad_answer(f"more than {ROWS_MAX} rows")
        except Refused:
            raise
        except BaseException:
            self.close()
            raise

    def stream(self, command: str, args: dict) -> Iterator[dict]:
        """Sends one request and gives its rows for as long as they come, however long one takes."""
        request_id = self._send(command, args, None, False)
        while True:
            answer = self._read_answer(request_id, None)
            if "row" not in answer:
                return
            yield answer["row"]

    def _send(self, command: str, args: dict, reason: str | None, dry_run: bool) -> int:
        request_id = self._next_id
        self._next_id += 1
        request: dict = {"id": request_id, "command": command, "args": args}
        if reason is not None:
            request["reason"] = reason
        if dry_run:
            request["dry_run"] = True
        line = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        if len(line) > REQUEST_BYTES_MAX:
            raise UsageError(
                f"the request has {len(line)} bytes, the venue takes {REQUEST_BYTES_MAX}:"
                " name fewer at a time"
            )
        try:
            self._socket.settimeout(self._timeout_s)
            self._socket.sendall(line)
        except OSError as problem:
            # An error line may have come before the close: it says more than the broken pipe.
            self._raise_last_words()
            self.close()
            raise NoConnection(f"the connection to the venue is lost: {_why(problem)}") from None
        return request_id

    def _raise_last_words(self) -> None:
        try:
            while True:
                self._check_refusal(self._read_object(_LAST_WORDS_S))
        except NoConnection:
            return

    def _read_hello(self) -> Hello:
        hello = self._read_object(self._timeout_s)
        self._check_refusal(hello)
        if "sluice" not in hello or type(hello.get("protocol")) is not int:
            raise NoConnection(f"what listens at {self._path} is no Sluice: {_short(hello)}")
        if hello["protocol"] != PROTOCOL_VERSION:
            raise NoConnection(
                f"the venue speaks protocol {hello['protocol']}, this sluicectl {PROTOCOL_VERSION}:"
                " use the sluicectl that came with the venue"
            )
        firm = hello.get("firm")
        return Hello(
            str(hello["sluice"]),
            str(hello.get("venue", "?")),
            str(hello.get("user", "?")),
            str(hello.get("role", "?")),
            None if firm is None else str(firm),
        )

    def _read_answer(self, request_id: int, patience_s: float | None) -> dict:
        answer = self._read_object(patience_s)
        identity = answer.get("id")
        if identity is None:
            # The venue could not read an id out of the line: it answers without one, and closes.
            self._check_refusal(answer)
        if type(identity) is not int or identity != request_id:
            raise self._bad_answer(f"request {request_id} got {_short(answer)}")
        if isinstance(answer.get("row"), dict):
            return answer
        self._check_refusal(answer)
        if answer.get("ok") is not True or not isinstance(answer.get("result"), dict):
            raise self._bad_answer(f"neither row, result nor error: {_short(answer)}")
        return answer

    @staticmethod
    def _check_refusal(answer: dict) -> None:
        if answer.get("ok") is False and isinstance(answer.get("error"), dict):
            raise Refused(answer["error"])

    def _read_object(self, patience_s: float | None) -> dict:
        line = self._read_line(patience_s)
        try:
            return parse_object(line)
        except ValueError as problem:
            raise self._bad_answer(f"{problem}: {line[:120]!r}") from None

    def _bad_answer(self, text: str) -> NoConnection:
        self.close()
        return NoConnection(f"the venue's answer is not of the protocol: {text}")

    def _read_line(self, patience_s: float | None) -> bytes:
        """The next line without its line feed, whole within that time; None waits for ever."""
        deadline = None if patience_s is None else time.monotonic() + patience_s
        while True:
            end = self._buffer.find(b"\n", self._scanned)
            if end >= 0:
                line = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                self._scanned = 0
                return line
            self._scanned = len(self._buffer)
            if len(self._buffer) > ANSWER_BYTES_MAX:
                raise self._bad_answer(f"a line longer than {ANSWER_BYTES_MAX} bytes")
            self._receive(deadline, patience_s)

    def _receive(self, deadline: float | None, patience_s: float | None) -> None:
        left = None if deadline is None else deadline - time.monotonic()
        try:
            if left is not None and left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            piece = self._socket.recv(65536)
        except TimeoutError:
            self.close()
            raise NoConnection(
                f"no answer within {patience_s:g} s (--timeout gives it longer)"
            ) from None
        except OSError as problem:
            self.close()
            raise NoConnection(f"the connection to the venue is lost: {_why(problem)}") from None
        if not piece:
            self.close()
            middle = " in the middle of an answer" if self._buffer else ""
            raise NoConnection(f"the venue closed the connection{middle}")
        self._buffer += piece


def _why(problem: OSError) -> str:
    hints = {
        "FileNotFoundError": "there is no such socket. Is the venue running, is [admin] on?"
        " --socket or SLUICE_ADMIN_SOCKET name another",
        "ConnectionRefusedError": "nobody listens there. Is the venue running?",
        "PermissionError": "you may not. socket_mode and socket_group in venue.toml decide who may",
        "TimeoutError": "nobody answers",
    }
    return hints.get(type(problem).__name__, problem.strerror or str(problem))


def _short(value: dict) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + "…"
