"""A venue that speaks gateway/admin/PROTOCOL.md, with state, audit log and faults."""

import hashlib
import json
import os
import re
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from fake_state import STATES, SINCE, Commands, Error, State

LINE_BYTES_MAX = 65536
HELLO = {"sluice": "0.1.0", "protocol": 1, "venue": "SLUICE", "user": "root"}


def _text(bytes_max: int):
    return lambda v: isinstance(v, str) and re.fullmatch(rf"[\x20-\x7e]{{1,{bytes_max}}}", v)


def _whole(low: int, high: int):
    return lambda v: type(v) is int and low <= v <= high


def _one_of(*words):
    return lambda v: v in words


def _names(v):
    return isinstance(v, list) and v and all(isinstance(n, str) and n for n in v)


_NAME, _BOOL = _text(64), lambda v: isinstance(v, bool)
_TRUE = _one_of(True)
_SCOPE = {"scope": _one_of("venue", "firm", "account", "session"), "name?": _NAME}
_WHOSE = {"session?": _NAME, "account?": _NAME, "firm?": _NAME, "instrument?": _NAME}
_ONE_SESSION = {"session": _NAME}

# args of each command; a name that ends in ? may be absent.
LOOKS = {
    "session.list": {"firm?": _NAME},
    "session.show": _ONE_SESSION,
    "session.locks": {},
    "instrument.list": {},
    "book.show": {"instrument": _NAME, "depth?": _whole(1, 128)},
    "order.list": {**_WHOSE, "limit?": _whole(1, 1000000)},
    "kill.status": {},
    "stat": {},
}
CHANGES = {
    "session.logout": {**_ONE_SESSION, "text?": _text(256)},
    "session.disconnect": _ONE_SESSION,
    "session.enable": _ONE_SESSION,
    "session.disable": _ONE_SESSION,
    "session.reset": _ONE_SESSION,
    "session.set_seq": {
        **_ONE_SESSION,
        "next_out?": _whole(1, 2147483647),
        "next_in?": _whole(1, 2147483647),
    },
    "session.unlock": {"session?": _NAME, "address?": _NAME},
    "instrument.set_state": {
        "instruments": lambda v: v == "*" or _names(v),
        "state": _one_of(*STATES),
    },
    "order.cancel": {**_WHOSE, "order_id?": _text(20), "all?": _TRUE},
    "kill.on": {**_SCOPE, "keep_resting?": _BOOL},
    "kill.off": _SCOPE,
    "notice.send": {
        "headline": _text(128),
        "lines?": lambda v: isinstance(v, list) and len(v) <= 8 and all(map(_text(160), v)),
        "urgency?": _one_of("normal", "flash", "background"),
        "sessions?": _names,
        "firm?": _NAME,
        "all?": _TRUE,
    },
    "certificates.reload": {},
}
TAIL = {"tail": {"sessions?": _names}}
ARGS = {**LOOKS, **CHANGES, **TAIL}

_OPERATOR = {c for c in CHANGES if c.startswith("session.")} - {"session.reset", "session.set_seq"}
ROLES = {
    "viewer": set(LOOKS),
    "operator": {*LOOKS, *_OPERATOR, "instrument.set_state", "notice.send", "tail"},
    "risk": {
        *LOOKS,
        *("kill.on", "kill.off", "order.cancel", "instrument.set_state"),
        *("session.disable", "session.logout", "session.disconnect"),
    },
    "supervisor": set(ARGS),
}


class FakeVenue:
    """Runs between start and stop. `faults` replaces the answer to a command by raw bytes."""

    def __init__(self, folder: str, role: str = "supervisor", firm: str | None = None):
        self.path = os.path.join(folder, "admin.sock")
        self.audit_path = os.path.join(folder, "audit.log")
        self.state = State()
        self.role, self.firm = role, firm
        self.hello: bytes | None = None
        # What each session would send: rows of `tail`.
        self.tail_rows: list[dict] = []
        # A fault gets the request and a function that sends; True means that it answered.
        self.faults: dict[str, Callable[[dict, Callable[[bytes], None]], bool]] = {}
        self.requests: list[dict] = []
        self._lock = threading.Lock()
        self._n, self._last_line = 0, b""
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None

    def __enter__(self) -> "FakeVenue":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(self.path)
        self._listener.listen()
        self._start(self._accept, self._listener)

    def stop(self) -> None:
        assert self._listener is not None
        self._listener.shutdown(socket.SHUT_RDWR)
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._threads = []
        self._listener.close()
        os.unlink(self.path)

    def changes(self) -> list[tuple[str, dict]]:
        """What was really asked to be changed, in order."""
        return [
            (r["command"], r.get("args", {}))
            for r in self.requests
            if r["command"] in CHANGES and not r.get("dry_run")
        ]

    def _start(self, act, *args) -> None:
        thread = threading.Thread(target=act, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            hello = {**HELLO, "role": self.role, "firm": self.firm}
            connection.sendall(self.hello if self.hello is not None else _line(hello))
            buffer = b""
            while True:
                while b"\n" not in buffer:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    buffer += piece
                    if len(buffer) > LINE_BYTES_MAX:
                        break
                line, _, buffer = buffer.partition(b"\n")
                if not self._answer(connection, line, more=bool(buffer)):
                    return
        self._open.discard(connection)

    def _answer(self, connection: socket.socket, line: bytes, more: bool) -> bool:
        """False when the connection must end. `more` was read behind the line already."""
        try:
            request = json.loads(line) if len(line) < LINE_BYTES_MAX else None
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict):
            error = Error("bad_request", "no JSON object in a line of at most 65536 bytes")
            connection.sendall(_line({"id": None, "ok": False, "error": error.body}))
            return False
        identity = request.get("id")
        try:
            _check_request(request)
            fault = self.faults.get(request["command"])
            with self._lock:
                self.requests.append(request)
            if fault is not None and fault(request, connection.sendall):
                return True
            if request["command"] == "tail":
                self._tail(connection, request, more)
                return True
            with self._lock:
                lines = self._perform(request)
        except Error as error:
            known = identity if isinstance(identity, (int, str)) else None
            lines = [{"id": known, "ok": False, "error": error.body}]
        connection.sendall(b"".join(map(_line, lines)))
        return True

    def _perform(self, request: dict) -> list[dict]:
        command, args = request["command"], request.get("args", {})
        entry = {
            "user": "root", "uid": 0, "pid": os.getpid(), "role": self.role, "firm": self.firm,
            "command": command, "args": args, "reason": request.get("reason"),
        }  # fmt: skip
        commands = Commands(self.state, self.firm, "root")
        self.state.settle()
        try:
            self._check_allowed(command, args)
            if command in CHANGES and "reason" not in request and not request.get("dry_run"):
                raise Error("reason_required", "say why", "reason", "a text of 1 to 256 bytes")
            rows, result, act = getattr(commands, command.replace(".", "_"))(args)
        except Error as error:
            if command in CHANGES:
                self._audit({"phase": "refused", **entry, "why": error.body["message"]})
            raise
        if request.get("dry_run") and act is not None:
            result = {**result, "would": result["after"]}
            del result["after"]
        elif act is not None:
            asked = self._audit({"phase": "asked", **entry, "before": result["before"]})
            act()
            self._audit({"of": asked, "phase": "done", "after": result["after"]})
            if command == "kill.on":
                self.state.kills[-1]["reason"] = request["reason"]
        answers = [{"id": request["id"], "row": dict(row)} for row in rows]
        return [*answers, {"id": request["id"], "ok": True, "result": result}]

    def _check_allowed(self, command: str, args: dict) -> None:
        if command not in ROLES[self.role]:
            raise Error("not_allowed", f"the role {self.role} may not {command}")
        if command == "instrument.set_state" and self.role == "risk":
            for state in (i["state"] for i in self.state.instruments.values()):
                if STATES.index(args["state"]) > STATES.index(state):
                    raise Error("not_allowed", "risk may only set what takes less", "state")

    def _tail(self, connection: socket.socket, request: dict, more: bool) -> None:
        if "tail" not in ROLES[self.role]:
            raise Error("not_allowed", f"the role {self.role} may not tail")
        wanted = request.get("args", {}).get("sessions")
        for name in wanted or ():
            if name not in self.state.sessions:
                raise Error("unknown_session", f"no session '{name}'", "sessions")
        for row in self.tail_rows:
            if wanted is None or row["session"] in wanted:
                connection.sendall(_line({"id": request["id"], "row": row}))
        if not more:
            select.select([connection], [], [])
        with suppress(OSError):
            connection.sendall(_line({"id": request["id"], "ok": True, "result": {}}))

    def _audit(self, entry: dict) -> int:
        self._n += 1
        chain = hashlib.sha256(self._last_line).hexdigest()
        line = json.dumps({"n": self._n, "time": SINCE, **entry, "chain": chain}).encode()
        self._last_line = line
        with open(self.audit_path, "ab") as file:
            file.write(line + b"\n")
        return self._n


def _check_request(request: dict) -> None:
    identity = request.get("id")
    good_number = type(identity) is int and 0 <= identity <= 2**53
    if not good_number and not (isinstance(identity, str) and len(identity.encode()) <= 64):
        raise Error("bad_request", "id is missing or wrong", "id", "0 to 2^53 or a string")
    for key in request:
        if key not in ("id", "command", "args", "reason", "dry_run"):
            raise Error("bad_request", f"unknown member '{key}'", key)
    command = request.get("command")
    if not isinstance(command, str):
        raise Error("bad_request", "command is missing or no text", "command")
    if command not in ARGS:
        raise Error("unknown_command", f"no command '{command}'", "command", ", ".join(ARGS))
    if not isinstance(request.get("dry_run", False), bool):
        raise Error("bad_request", "dry_run is true or false", "dry_run")
    reason = request.get("reason", "x")
    if not isinstance(reason, str) or not 1 <= len(reason.encode()) <= 256:
        raise Error("bad_request", "reason has 1 to 256 bytes", "reason", "1 to 256 bytes")
    _check_args(command, request.get("args", {}))


def _check_args(command: str, args: object) -> None:
    if not isinstance(args, dict):
        raise Error("bad_request", "args is no object", "args", "an object")
    known = {name.rstrip("?"): check for name, check in ARGS[command].items()}
    for key, value in args.items():
        if key not in known:
            raise Error("bad_request", f"'{command}' has no '{key}'", key, ", ".join(known))
        if not known[key](value):
            raise Error("bad_request", f"'{key}' cannot be {value!r}", key)
    for name in ARGS[command]:
        if not name.endswith("?") and name not in args:
            raise Error("bad_request", f"'{command}' needs '{name}'", name)


def _line(value: dict) -> bytes:
    return json.dumps(value).encode() + b"\n"
