"""Words of a command line as values: what each may be, and what would be right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

# PROTOCOL.md, "Lines": the longest reason.
REASON_BYTES_MAX = 256
# Longest span that a script may wait. A longer one is a slip of the keyboard.
DURATION_S_MAX = 7 * 24 * 3600.0
# Every name of the venue is shorter: CompIDs and symbols have at most 32 characters.
NAME_LENGTH_MAX = 64


@dataclass(frozen=True)
class Kind:
    """What a word stands for. `read` raises ValueError with what would be right."""

    placeholder: str
    read: Callable[[str], object]
    # The completion asks the venue for names of this sort.
    names: str = ""
    words: tuple[str, ...] = ()


def _read_name(text: str) -> str:
    if not re.fullmatch(rf"[\x20-\x7e]{{1,{NAME_LENGTH_MAX}}}", text):
        raise ValueError(f"a name is 1 to {NAME_LENGTH_MAX} printable ASCII characters")
    return text


def _name(placeholder: str, names: str) -> Kind:
    return Kind(placeholder, _read_name, names)


def number(placeholder: str, low: int, high: int) -> Kind:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,19}", text) or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return Kind(placeholder, read)


def ascii_text(placeholder: str, bytes_max: int) -> Kind:
    def read(text: str) -> str:
        if not re.fullmatch(rf"[\x20-\x7e]{{1,{bytes_max}}}", text):
            raise ValueError(f"1 to {bytes_max} printable ASCII characters (it has {len(text)})")
        return text

    return Kind(placeholder, read)


def choice(*words: str) -> Kind:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return text

    return Kind("|".join(words), read, words=words)


def _read_order_id(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,20}", text):
        raise ValueError("an OrderID as in `order list`, digits only")
    return text


def _read_seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) or not 0.05 <= float(text) <= 86400:
        raise ValueError("seconds, from 0.05 to 86400")
    return float(text)


def read_reason(text: str) -> str:
    size = len(text.encode("utf-8", "surrogateescape"))
    if not 1 <= size <= REASON_BYTES_MAX or not text.strip():
        raise ValueError(f"a text of 1 to {REASON_BYTES_MAX} bytes (it has {size})")
    if any(not c.isprintable() for c in text):
        raise ValueError("a text without control characters or bytes that are no UTF-8")
    return text


_DURATION_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_duration(text: str) -> float:
    """Seconds of a duration such as 500ms, 10s, 5m or 1h."""
    found = re.fullmatch(r"([0-9]{1,7})(ms|s|m|h)", text)
    seconds = int(found[1]) * _DURATION_UNITS_S[found[2]] if found else -1.0
    if not 0.0 <= seconds <= DURATION_S_MAX:
        raise ValueError("a duration such as 500ms, 10s, 5m or 1h, at most 168h")
    return seconds


def read_time(text: str) -> datetime:
    """A moment of UTC, e.g. 2026-11-26, 2026-11-26T01:20 or 2026-11-26T01:20:00Z."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError("a time in UTC such as 2026-11-26T01:20:00Z or 2026-11-26") from None
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc)


def _read_any(text: str) -> str:
    if not text:
        raise ValueError("a text that is not empty")
    return text


SESSION = _name("SESSION", "session")
INSTRUMENT = _name("INSTRUMENT", "instrument")
FIRM = _name("FIRM", "firm")
ACCOUNT = _name("ACCOUNT", "account")
ADDRESS = Kind("ADDRESS", _read_any)
ORDER_ID = Kind("ORDER_ID", _read_order_id)
FILE = Kind("FILE", _read_any, names="file")
TEXT = Kind("TEXT", _read_any)
TIME = Kind("TIME", read_time)
SECONDS = Kind("SECONDS", _read_seconds)
REASON = Kind("TEXT", read_reason)


def utc_now() -> str:
    """Now, as the venue writes times."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
