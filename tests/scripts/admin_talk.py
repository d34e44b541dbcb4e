"""One connection to an admin socket, for admin_conformance.py: shares no code with sluicectl."""

import json
import socket
from collections.abc import Callable

TIMEOUT_S = 10


class Failure(Exception):
    """The venue does otherwise than the page."""


class Closed(Exception):
    """The venue closed the connection."""


def require(good: object, text: str) -> None:
    if not good:
        raise Failure(text)


class Tally:
    """Goes on after a failure, so that one that is known does not hide the next."""

    def __init__(self) -> None:
        self._failures: list[str] = []

    def __enter__(self) -> "Tally":
        return self

    def attempt(self, act: Callable[..., object], *args: object, **members: object) -> None:
        try:
            act(*args, **members)
        except Failure as problem:
            self._failures.append(str(problem))

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and self._failures:
            raise Failure("\n        ".join(dict.fromkeys(self._failures)))


class Talk:
    """One connection, one line at a time."""

    def __init__(self, path: str):
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(TIMEOUT_S)
        self._socket.connect(path)
        self._buffer = b""
        self._next_id = 0
        self.hello = self.read()

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, line: bytes) -> None:
        self._socket.sendall(line)

    def read(self) -> dict:
        while b"\n" not in self._buffer:
            try:
                piece = self._socket.recv(65536)
            except TimeoutError:
                raise Failure(f"no line within {TIMEOUT_S} s") from None
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise Closed
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        value = json.loads(line)
        require(isinstance(value, dict), f"a line that is no object: {line[:100]!r}")
        return value

    def post(self, command: str, args: object = None, **members: object) -> object:
        """Sends a request and returns its id. `args` None leaves the member out."""
        self._next_id += 1
        request = {"id": self._next_id, "command": command, **members}
        if args is not None:
            request["args"] = args
        self.send(json.dumps(request).encode() + b"\n")
        return request["id"]

    def answer(self, identity: object) -> tuple[list[dict], dict]:
        """Rows and last line of one request."""
        rows = []
        while True:
            line = self.read()
            same = line.get("id") == identity and type(line.get("id")) is type(identity)
            require(same, f"asked as {identity!r}, answered {str(line)[:200]}")
            if "row" not in line:
                require(isinstance(line.get("ok"), bool), f"a last line without ok: {line}")
                return rows, line
            require(isinstance(line["row"], dict), f"a row that is no object: {line}")
            rows.append(line["row"])

    def good(self, command: str, args: object = None, **members: object) -> tuple[list[dict], dict]:
        rows, last = self.answer(self.post(command, args, **members))
        require(last["ok"], f"{command} {args} was refused: {last.get('error')}")
        require(isinstance(last.get("result"), dict), f"{command}: no object as result: {last}")
        return rows, last["result"]

    def refused(self, code: str, command: str, args: object = None, **members: object) -> dict:
        rows, last = self.answer(self.post(command, args, **members))
        what = f"{command} {str(args)[:120]} {str(members)[:80]}"
        require(not last["ok"], f"{what} was taken; it is {code}")
        error = last["error"]
        require(error.get("code") == code, f"{what} is {code}, not {error}")
        require(isinstance(error.get("message"), str) and error["message"], f"{what}: no message")
        require(not rows, f"{what}: rows before a refusal")
        return error


class Names:
    """What this venue has, found by asking."""

    def __init__(self, talk: Talk):
        self.sessions, _ = talk.good("session.list")
        self.instruments, _ = talk.good("instrument.list")
        require(self.sessions and self.instruments, "a venue without sessions or instruments")
        out = [s for s in self.sessions if s["state"] == "logged_out"]
        self.session = (out or self.sessions)[0]["session"]
        self.firm = self.sessions[0]["firm"]
        self.instrument = self.instruments[0]["instrument"]
        self.is_out = bool(out)

    def changes(self) -> dict[str, dict]:
        """Good args for every change."""
        one = {"session": self.session}
        words = ("logout", "disconnect", "enable", "disable", "reset")
        return {
            **{f"session.{word}": one for word in words},
            "session.set_seq": {**one, "next_in": 5},
            "session.unlock": one,
            "instrument.set_state": {"instruments": [self.instrument], "state": "halted"},
            "order.cancel": {"firm": self.firm},
            "kill.on": {"scope": "venue"},
            "kill.off": {"scope": "venue"},
            "notice.send": {"headline": "conformance", "all": True},
            "certificates.reload": {},
        }
