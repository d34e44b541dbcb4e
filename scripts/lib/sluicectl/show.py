"""What is printed: tables, objects and changes as text, or all as JSON."""

import json
import os
import re
import sys
from typing import TextIO

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def printable(text: str) -> str:
    """Control characters as \\xNN: nothing that the venue or a client sent may steer a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def to_json(value: object) -> str:
    """One line of pure ASCII, whatever is in it."""
    return json.dumps(value, separators=(",", ":"))


def shown(value: object) -> str:
    """A value as one word or text for a person."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list) and not any(isinstance(v, (dict, list)) for v in value):
        return ", ".join(shown(v) for v in value) or "-"
    return to_json(value) if isinstance(value, (dict, list)) else str(value)


def table(columns: tuple[str, ...], rows: list[dict]) -> str:
    """Aligned columns, numbers to the right, nothing cut. Columns that no row has are left out."""
    used = [c for c in columns if not rows or any(c in row for row in rows)]
    cells = [[shown(row.get(c)) for c in used] for row in rows]
    lines = [used, *cells]
    widths = [max(len(line[at]) for line in lines) for at in range(len(used))]
    right = [_is_numeric([line[at] for line in cells]) for at in range(len(used))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right)
        ).rstrip()
        for line in lines
    )


def _is_numeric(cells: list[str]) -> bool:
    numbers = [cell for cell in cells if cell != "-"]
    return bool(numbers) and all(_NUMBER.fullmatch(cell) for cell in numbers)


def flatten(value: object, prefix: str = "") -> list[tuple[str, object]]:
    """The leaves of an object by their dotted names; a list of objects has its places as names."""
    pairs: list[tuple[object, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        pairs = list(enumerate(value))
    if not pairs:
        return [(prefix, value)]
    found: list[tuple[str, object]] = []
    for key, inner in pairs:
        found += flatten(inner, f"{prefix}.{key}" if prefix else str(key))
    return found


def record(value: dict) -> str:
    """An object as a list of names and values."""
    pairs = [(printable(name), shown(leaf)) for name, leaf in flatten(value) if name]
    width = max((len(name) for name, _ in pairs), default=0)
    return "\n".join(f"{name:<{width}}  {leaf}" for name, leaf in pairs)


def book(result: dict) -> str:
    """Asks above bids, best prices in the middle."""
    rows = []
    for side, word, order in (("asks", "ask", -1), ("bids", "bid", 1)):
        levels = result.get(side)
        for level in levels[::order] if isinstance(levels, list) else []:
            if isinstance(level, dict):
                rows.append({"side": word, **level})
    return table(("side", "price", "qty", "orders"), rows)


def change(result: dict) -> list[str]:
    """What became, or would become, of what: one line for each thing that differs."""
    after = result.get("after", result.get("would"))
    lines = _differences(result.get("before"), after)
    told = after if isinstance(after, dict) else {}
    for key, value in result.items():
        if key not in ("before", "after", "would") and told.get(key) != value:
            lines.append(f"{printable(str(key))}: {shown(value)}")
    return lines or ["nothing changes"]


def _differences(before: object, after: object) -> list[str]:
    if before is None and after is None:
        return []
    was, becomes = dict(flatten(before)), dict(flatten(after))
    lines = []
    for name in becomes:
        if name in was and was[name] == becomes[name]:
            continue
        label = f"{printable(name)}: " if name else ""
        old = f"{shown(was[name])} -> " if name in was else ""
        lines.append(f"{label}{old}{shown(becomes[name])}")
    return lines


def _give_up(stream: TextIO) -> None:
    """Nobody reads the stream any more: what it has still buffered, which Python would try to
    write once more at its end and complain, goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Output:
    """Data to standard output, talk to standard error.

    With `lasting`, a reader of standard output that went away ends the data and not the program: a
    script that is in the middle of its work goes on, and its transcript has everything.
    """

    def __init__(self, data: TextIO | None = None, talk: TextIO | None = None):
        self._data = data or sys.stdout
        self._talk = talk or sys.stderr
        self.lasting = False

    def data(self, text: str) -> None:
        try:
            print(text, file=self._data, flush=True)
        except BrokenPipeError:
            _give_up(self._data)
            if not self.lasting:
                raise

    def talk(self, text: str) -> None:
        try:
            print(text, file=self._talk, flush=True)
        except BrokenPipeError:
            _give_up(self._talk)
