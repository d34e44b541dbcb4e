"""A small FIX.4.4 client on a plain socket. It shares no code with the venue and checks what it gets."""

import base64
import re
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

from ed25519 import sign
from fix_decode import SOH, Dictionary, GarbledMessage, Message, checksum, parse

MAX_MESSAGE_BYTES = 65_536
HEARTBEAT_S = 30


class FixError(Exception):
    """The other side broke the protocol, answered otherwise than expected, or did not answer."""


def utc_timestamp() -> str:
    """UTCTimestamp with microseconds."""
    return datetime.now(timezone.utc).strftime("%Y%m%d-%H:%M:%S.%f")


def build(begin_string: str, body: list[tuple[int, str]]) -> bytes:
    """A whole message: BodyLength(9) and CheckSum(10) are counted here."""
    text = b"".join(f"{tag}={value}".encode("latin-1") + SOH for tag, value in body)
    head = f"8={begin_string}".encode() + SOH + f"9={len(text)}".encode() + SOH
    return head + text + f"10={checksum(head + text)}".encode() + SOH


def same_value(wanted: str | Decimal, got: str | None) -> bool:
    if got is None or isinstance(wanted, str):
        return wanted == got
    try:
        return wanted == Decimal(got)
    except InvalidOperation:
        return False


class Framer:
    """Cuts a stream of bytes into whole messages."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        messages = []
        while (message := self._take()) is not None:
            messages.append(message)
        return messages

    def _take(self) -> bytes | None:
        head = re.match(rb"8=[^\x01]{1,16}\x019=(\d{1,6})\x01", self._buffer)
        if head is None:
            if len(self._buffer) > 32:
                raise GarbledMessage("the stream is not FIX")
            return None
        size = head.end() + int(head.group(1)) + len("10=000|")
        if size > MAX_MESSAGE_BYTES:
            raise GarbledMessage(f"a message of {size} bytes")
        if len(self._buffer) < size:
            return None
        message, self._buffer = self._buffer[:size], self._buffer[size:]
        return message


class FixClient:
    """One session, from logon to logout. Not for several threads.

    `on_message(message, outgoing)` sees every message that is not a heartbeat or test request.
    """

    def __init__(
        self,
        host: str,
        port: int,
        comp_id: str,
        venue_comp_id: str = "SLUICE",
        dictionary: Dictionary | None = None,
        on_message: Callable[[Message, bool], None] | None = None,
    ):
        self.comp_id = comp_id
        self.venue_comp_id = venue_comp_id
        self._dictionary = dictionary
        self._on_message = on_message or (lambda message, outgoing: None)
        self._socket = socket.create_connection((host, port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._framer = Framer()
        self._received: deque[Message] = deque()
        self._next_out = 1
        self._next_in = 1
        self._last_sent = time.monotonic()

    def send(
        self, msg_type: str, body: list[tuple[int, str]], sending_time: str | None = None
    ) -> Message:
        head = [
            (35, msg_type),
            (34, str(self._next_out)),
            (49, self.comp_id),
            (52, sending_time or utc_timestamp()),
            (56, self.venue_comp_id),
        ]
        raw = build("FIX.4.4", head + body)
        self._socket.sendall(raw)
        self._next_out += 1
        self._last_sent = time.monotonic()
        message = parse(raw, self._dictionary)
        if msg_type not in ("0", "1"):
            self._on_message(message, True)
        return message

    def logon(self, username: str, password: str, reset: bool = False) -> Message:
        body = [(98, "0"), (108, str(HEARTBEAT_S))]
        if reset:
            body.append((141, "Y"))
        self.send("A", [*body, (553, username), (554, password)])
        return self.expect("A", {})

    def signed_logon(self, key_id: str, seed: bytes, reset: bool = False) -> Message:
        """Logs on by Ed25519 signature; see fix-specs/signature-logon.md."""
        time_text = utc_timestamp()
        signed = ["A", self.comp_id, self.venue_comp_id, str(self._next_out), time_text]
        signature = base64.b64encode(sign(seed, SOH.join(part.encode() for part in signed))).decode()
        body = [(95, str(len(signature))), (96, signature), (98, "0"), (108, str(HEARTBEAT_S))]
        if reset:
            body.append((141, "Y"))
        self.send("A", [*body, (553, key_id)], time_text)
        return self.expect("A", {})

    def logout(self) -> None:
        """Asks for the end of the session and waits for the venue to agree."""
        self.send("5", [])
        self.expect("5", {})
        self.close()

    def close(self) -> None:
        self._socket.close()

    def expect(
        self, msg_type: str, wanted: dict[int, str | Decimal], timeout_s: float = 10
    ) -> Message:
        """Returns the next message if it is of this type and has these values; raises FixError if not.

        A Decimal is compared as a number, so that 0.5 and 0.50 are the same.
        """
        message = self._next(timeout_s)
        what = self._name(msg_type)
        if message is None:
            raise FixError(f"{self.comp_id}: no {what} within {timeout_s:g} s")
        if message.msg_type != msg_type:
            text = message.get(58)
            raise FixError(
                f"{self.comp_id}: expected {what}, got {self._name(message.msg_type)}"
                + (f": {text}" if text else "")
            )
        for tag, value in wanted.items():
            if not same_value(value, message.get(tag)):
                field = f"{self._dictionary.field_name(tag)}({tag})" if self._dictionary else str(tag)
                raise FixError(
                    f"{self.comp_id}: {what}: expected {field}={value}, got {message.get(tag)}"
                )
        return message

    def _name(self, msg_type: str) -> str:
        return f"{self._dictionary.message_name(msg_type)}({msg_type})" if self._dictionary else msg_type

    def _next(self, timeout_s: float) -> Message | None:
        deadline = time.monotonic() + timeout_s
        while not self._received:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            self._keep_alive()
            ready, _, _ = select.select([self._socket], [], [], min(remaining, 1.0))
            if ready:
                self._read()
        return self._received.popleft()

    def _keep_alive(self) -> None:
        if self._next_out > 1 and time.monotonic() - self._last_sent >= HEARTBEAT_S:
            self.send("0", [])

    def _read(self) -> None:
        data = self._socket.recv(65_536)
        if not data:
            raise FixError(f"{self.comp_id}: the venue closed the connection")
        for raw in self._framer.feed(data):
            self._take(parse(raw, self._dictionary))

    def _take(self, message: Message) -> None:
        if (message.get(49), message.get(56)) != (self.venue_comp_id, self.comp_id):
            raise FixError(f"{self.comp_id}: a message with the wrong CompIDs")
        if message.get(34) != str(self._next_in):
            raise FixError(
                f"{self.comp_id}: expected MsgSeqNum(34)={self._next_in}, got {message.get(34)}"
            )
        self._next_in += 1
        if message.msg_type == "0":
            return
        if message.msg_type == "1":
            self.send("0", [(112, message.get(112) or "")])
            return
        self._on_message(message, False)
        self._received.append(message)
