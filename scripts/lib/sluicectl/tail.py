"""`sluicectl tail`: FIX messages as they pass."""

import shutil
import sys
from pathlib import Path

from fix_decode import Dictionary, GarbledMessage, Printer, parse_masked

from . import show
from .errors import ExitCode
from .show import Output
from .table import Values
from .venue import Settings, Venue

DICTIONARY = Path(__file__).resolve().parents[3] / "fix-specs" / "SLUICE44.xml"


class _Decoder:
    """A message as a person reads it; one that cannot be read as its bytes."""

    def __init__(self, color: bool):
        columns = shutil.get_terminal_size((100, 24)).columns
        self._dictionary = Dictionary(str(DICTIONARY))
        self._printer = Printer(self._dictionary, color, columns)

    def text(self, row: dict) -> str:
        raw = str(row.get("message", ""))
        try:
            message = parse_masked(raw.encode("latin-1", "backslashreplace"), self._dictionary)
        except GarbledMessage as problem:
            return f"{_plain(row)}  (not decoded: {problem})"
        names = [show.printable(message.get(tag) or "?") for tag in (49, 56)]
        return f"{show.shown(row.get('time'))}  {self._printer.describe(message, *names)}"


def _plain(row: dict) -> str:
    arrow = {"in": "->", "out": "<-"}.get(str(row.get("direction")), "?")
    message = show.printable(str(row.get("message", "")).replace("\x01", "|"))
    return f"{show.shown(row.get('time'))}  {show.shown(row.get('session'))} {arrow} {message}"


def _note_dropped(row: dict, before: int, out: Output) -> int:
    """The venue counts from the beginning of the tail: what is new since the row before is told."""
    dropped = row.get("dropped")
    if type(dropped) is not int:
        return before
    if dropped > before:
        out.talk(f"sluicectl: {dropped - before} messages came faster than they were read")
    return dropped


def run(values: Values, settings: Settings, venue: Venue, out: Output) -> int:
    """Until the venue ends it, --count is reached or Ctrl-C, which is how one leaves it."""
    decoder = None
    if values.get("decode") and not settings.json:
        decoder = _Decoder(color=sys.stdout.isatty())
    args = {"sessions": values["sessions"]} if "sessions" in values else {}
    left = int(values.get("count", 0))
    dropped = 0
    try:
        for row in venue.connection.stream("tail", args):
            dropped = _note_dropped(row, dropped, out)
            if settings.json:
                out.data(show.to_json(row))
            else:
                out.data(decoder.text(row) if decoder else _plain(row))
            left -= 1
            if left == 0:
                break
    except KeyboardInterrupt:
        pass
    return ExitCode.OK
