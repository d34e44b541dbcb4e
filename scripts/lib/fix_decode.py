"""Turns FIX messages into text that a person reads, with the names of a QuickFIX-format dictionary."""

import re
import textwrap
import xml.etree.ElementTree
from dataclasses import dataclass, field

SOH = b"\x01"

# Shown in the head line of a message, or without meaning for a reader: not repeated in its body.
ENVELOPE_TAGS = frozenset({8, 9, 10, 34, 35, 49, 52, 56})
# A dictionary does not say which fields are secret. FIX.4.4: RawData, Signature, SecureData,
# Password, NewPassword; and what stands for them where they were taken out.
SECRET_TAGS = frozenset({96, 89, 91, 554, 925})
MASK = b"***"


class GarbledMessage(ValueError):
    """The bytes are not one whole FIX message."""


@dataclass
class Message:
    """A FIX message as its fields in order. Values are text: ISO 8859-1, so that no byte is refused."""

    fields: list[tuple[int, str]] = field(default_factory=list)

    def get(self, tag: int) -> str | None:
        """The first value of a tag."""
        return next((value for number, value in self.fields if number == tag), None)

    @property
    def msg_type(self) -> str:
        return self.get(35) or ""


@dataclass
class DictionaryField:
    name: str
    kind: str
    values: dict[str, str]


class Dictionary:
    """Names of fields, values and messages, from a QuickFIX data dictionary."""

    def __init__(self, path: str):
        root = xml.etree.ElementTree.parse(path).getroot()
        self.fields: dict[int, DictionaryField] = {}
        for entry in root.iterfind("./fields/field"):
            values = {v.get("enum", ""): v.get("description", "") for v in entry.iterfind("value")}
            self.fields[int(entry.get("number", "0"))] = DictionaryField(
                entry.get("name", ""), entry.get("type", ""), values
            )
        self.messages: dict[str, str] = {
            entry.get("msgtype", ""): entry.get("name", "")
            for entry in root.iterfind("./messages/message")
        }
        by_name = {entry.name: tag for tag, entry in self.fields.items()}
        # FIX names a data field's length field after it: RawDataLength with RawData.
        self.data_lengths: dict[int, int] = {}
        for tag, entry in self.fields.items():
            data = by_name.get(re.sub(r"Len(gth)?$", "", entry.name))
            if data is not None and data != tag and entry.kind.upper() == "LENGTH":
                self.data_lengths[tag] = data

    def field_name(self, tag: int) -> str:
        return self.fields[tag].name if tag in self.fields else "?"

    def message_name(self, msg_type: str) -> str:
        return self.messages.get(msg_type, "?")

    def value_name(self, tag: int, value: str) -> str:
        """What an enumerated value means, or an empty text. MultipleValueString lists are joined."""
        entry = self.fields.get(tag)
        if entry is None or not entry.values:
            return ""
        parts = [value] if value in entry.values else value.split(" ")
        names = [entry.values.get(part, "?") for part in parts]
        return ", ".join(name.replace("_", " ").lower() for name in names)


def checksum(data: bytes) -> str:
    """CheckSum(10) over all bytes before it, FIX.4.4."""
    return f"{sum(data) % 256:03d}"


def parse(raw: bytes, dictionary: Dictionary | None = None) -> Message:
    """Reads one whole message and checks BodyLength(9) and CheckSum(10)."""
    head = re.match(rb"8=([^\x01]+)\x019=(\d{1,9})\x01", raw)
    if head is None:
        raise GarbledMessage("does not begin with 8= and 9=")
    body_end = head.end() + int(head.group(2))
    trailer = raw[body_end:]
    if not re.fullmatch(rb"10=\d{3}\x01", trailer) or raw[body_end - 1 : body_end] != SOH:
        raise GarbledMessage("BodyLength(9) does not lead to CheckSum(10)")
    if trailer[3:6].decode() != checksum(raw[:body_end]):
        raise GarbledMessage("CheckSum(10) is wrong")
    return Message(list(_split(raw, dictionary.data_lengths if dictionary else {})))


def parse_masked(raw: bytes, dictionary: Dictionary) -> Message:
    """Reads a message whose secrets were masked: its length and sum are not those of its bytes."""
    return Message(list(_split(raw, dictionary.data_lengths)))


def _split(raw: bytes, data_lengths: dict[int, int]):
    at = 0
    data_tag, data_size = 0, 0
    while at < len(raw):
        equals = raw.find(b"=", at)
        if equals < 0 or not raw[at:equals].isdigit():
            raise GarbledMessage(f"no tag at byte {at}")
        tag = int(raw[at:equals])
        begin = equals + 1
        # A secret that was masked does not have the length that its length field says.
        counted = data_tag == tag and not raw.startswith(MASK + SOH, begin)
        end = begin + data_size if counted else raw.find(SOH, begin)
        if end < 0 or raw[end : end + 1] != SOH:
            raise GarbledMessage(f"field {tag} does not end in SOH")
        value = raw[begin:end].decode("latin-1")
        if tag in data_lengths and value.isdigit():
            data_tag, data_size = data_lengths[tag], int(value)
        else:
            data_tag = 0
        yield tag, value
        at = end + 1


class Printer:
    """Writes messages as text, coloured when asked."""

    DIM, BOLD, RED, GREEN, YELLOW, CYAN = "2", "1", "31", "32", "33", "36"

    # What a reader looks for: some values of ExecType(150), of MsgType(35), and some fields.
    EXEC_COLORS = {"F": GREEN, "8": RED, "4": YELLOW, "5": YELLOW, "C": YELLOW}
    TYPE_COLORS = {"9": RED, "3": RED, "j": RED}
    FIELD_COLORS = {39: BOLD, 58: RED, 150: BOLD}

    def __init__(self, dictionary: Dictionary, color: bool, columns: int = 100):
        self._dictionary = dictionary
        self._color = color
        self._columns = max(columns, 40)

    def paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._color and code else text

    def describe(self, message: Message, sender: str, target: str) -> str:
        """The message as a head line, and its body below it, wrapped."""
        name = f"{self._dictionary.message_name(message.msg_type)}({message.msg_type})"
        tone = self.EXEC_COLORS.get(message.get(150) or "", self.TYPE_COLORS.get(message.msg_type, ""))
        head = (
            f"{self.paint(self.CYAN, sender)} → {self.paint(self.CYAN, target)}  "
            f"{self.paint(f'{self.BOLD};{tone}' if tone else self.BOLD, name)}  "
            f"{self.paint(self.DIM, f'34={message.get(34)}')}"
        )
        body = [self._field(t, v) for t, v in message.fields if t not in ENVELOPE_TAGS]
        return "\n".join([head, *self._wrap(body)])

    def _field(self, tag: int, value: str) -> tuple[str, str]:
        """A field twice: as text, which has a width, and painted."""
        name = self._dictionary.field_name(tag)
        shown = "***" if tag in SECRET_TAGS else printable(value)
        meaning = self._dictionary.value_name(tag, value)
        suffix = f" {meaning}" if meaning else ""
        plain = f"{name}({tag})={shown}{suffix}"
        tone = self.FIELD_COLORS.get(tag, "")
        painted = self.paint(self.DIM, f"{name}({tag})=") + self.paint(tone, shown + suffix)
        return plain, painted

    def _wrap(self, body: list[tuple[str, str]]) -> list[str]:
        lines: list[str] = []
        width, line = 0, ""
        for plain, painted in body:
            if line and width + 2 + len(plain) > self._columns - 4:
                lines.append("    " + line)
                width, line = 0, ""
            line += ("  " if line else "") + painted
            width += (2 if width else 0) + len(plain)
        if line:
            lines.append("    " + line)
        return lines

    def note(self, text: str) -> str:
        return "\n".join(self.paint(self.BOLD, line) for line in textwrap.wrap(text, self._columns))


def printable(value: str) -> str:
    """Control characters as \\xNN: nothing from the wire may steer a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value)
