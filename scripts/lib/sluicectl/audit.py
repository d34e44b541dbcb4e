"""The audit log, read without the venue: PROTOCOL.md, "The audit log"."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from . import show
from .client import parse_object
from .commands import BY_WORDS
from .errors import AuditBroken, ExitCode, UsageError
from .show import Output
from .table import Values
from .values import read_time
from .venue import Settings

# A request has at most 65,536 bytes; what it would change may be written beside it.
LINE_BYTES_MAX = 16 * 1024 * 1024
PROBLEMS_SHOWN_MAX = 20
_ENDS = ("done", "failed")
_EMPTY_CHAIN = hashlib.sha256(b"").hexdigest()


@dataclass
class Problem:
    line: int
    text: str


@dataclass
class Verifier:
    """Takes the lines in order and keeps what is wrong with them."""

    lines: int = 0
    last_n: int | None = None
    last_hash: str = _EMPTY_CHAIN
    problems: list[Problem] = field(default_factory=list)
    # Lines that a crash cut short while they were written. The venue goes on behind them: they have
    # no number, and the chain covers them as any other.
    torn: list[int] = field(default_factory=list)
    # Numbers of changes that were asked and have no end yet.
    open: dict[int, int] = field(default_factory=dict)

    def take(self, raw: bytes) -> dict | None:
        """The line's object, or None when it is none."""
        self.lines += 1
        line = raw.removesuffix(b"\n")
        expected_chain, self.last_hash = self.last_hash, hashlib.sha256(line).hexdigest()
        try:
            entry = parse_object(line)
        except ValueError as problem:
            if _is_cut_off(line):
                self.torn.append(self.lines)
            else:
                self._bad(f"is no JSON object: {problem}")
            return None
        if entry.get("chain") != expected_chain:
            what = "the line before it" if self.lines > 1 else "nothing, as the first line has it"
            self._bad(
                f"chain is {_brief(entry.get('chain'))}, the SHA-256 of {what} is {expected_chain}:"
                " a line was changed, put in or taken out here"
            )
        self._number(entry)
        return entry

    def _bad(self, text: str) -> None:
        self.problems.append(Problem(self.lines, text))

    def _number(self, entry: dict) -> None:
        n = entry.get("n")
        if type(n) is not int:
            self._bad(f"n is {_brief(n)}, not a whole number")
            return
        wanted = (0, 1) if self.last_n is None else (self.last_n + 1,)
        if n not in wanted:
            right = " or ".join(map(str, wanted))
            self._bad(f"n is {n}, not {right}: lines are missing or doubled")
        self.last_n = n
        phase = entry.get("phase")
        if phase == "asked":
            self.open[n] = self.lines
        elif phase in _ENDS:
            if type(entry.get("of")) is not int or self.open.pop(entry["of"], None) is None:
                self._bad(f"{phase} belongs to n {_brief(entry.get('of'))}, which is not open")
        elif phase != "refused":
            self._bad(f"phase is {_brief(phase)}, not asked, done, failed or refused")


def _is_cut_off(line: bytes) -> bool:
    """The beginning of an object, and no more. What it could hide shows by chain and numbers."""
    try:
        json.loads(line)
    except json.JSONDecodeError:
        return line.startswith(b"{")
    except (ValueError, RecursionError):
        pass
    return False


def _brief(value: object) -> str:
    return show.to_json(value)[:100]


def _lines(path: str) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            while raw := file.readline(LINE_BYTES_MAX):
                yield raw
    except OSError as problem:
        raise UsageError(f"cannot read {path}: {problem.strerror}") from None


def verify(values: Values, settings: Settings, out: Output) -> int:
    verifier = Verifier()
    contains = str(values["contains"]).lower() if "contains" in values else None
    seen = contains is None
    for raw in _lines(str(values["file"])):
        verifier.take(raw)
        seen = seen or verifier.last_hash == contains
    if not seen:
        verifier.problems.append(
            Problem(verifier.lines, f"no line has the SHA-256 {contains}: the log was cut off")
        )
    summary = {
        "lines": verifier.lines,
        "last_n": verifier.last_n,
        "last_sha256": verifier.last_hash,
        "open": sorted(verifier.open),
        "torn": verifier.torn,
        "problems": [{"line": p.line, "text": p.text} for p in verifier.problems],
    }
    if settings.json:
        out.data(show.to_json(summary))
    elif not verifier.problems:
        out.data(
            f"{verifier.lines} lines, the last is n {show.shown(verifier.last_n)}:"
            f" chain and numbers hold\nSHA-256 of the last line: {verifier.last_hash}"
        )
    if verifier.torn:
        where = ", ".join(map(str, verifier.torn[:PROBLEMS_SHOWN_MAX]))
        out.talk(f"sluicectl: a crash cut off line {where} while it was written")
    if verifier.open:
        numbers = ", ".join(map(str, sorted(verifier.open)[:PROBLEMS_SHOWN_MAX]))
        out.talk(f"sluicectl: under way, or asked and never ended because of a crash: n {numbers}")
    _require_whole(verifier, str(values["file"]), out)
    return ExitCode.OK


def _require_whole(verifier: Verifier, path: str, out: Output) -> None:
    if not verifier.problems:
        return
    for problem in verifier.problems[:PROBLEMS_SHOWN_MAX]:
        out.talk(f"{path}:{problem.line}: {problem.text}")
    raise AuditBroken(f"the audit log is broken: {len(verifier.problems)} problems")


@dataclass
class Entry:
    """One change: its `asked` or `refused` line, and the line of its end."""

    first: dict
    end: dict | None = None

    @property
    def outcome(self) -> str:
        if self.first.get("phase") == "refused":
            return "refused"
        return str(self.end.get("phase")) if self.end else "open"

    def row(self) -> dict:
        args = show.to_json(self.first.get("args", {}))
        why = {"why": self.end["why"]} if self.end and "why" in self.end else {}
        return {**self.first, "outcome": self.outcome, "args": args, **why}


def _read_entries(path: str, verifier: Verifier) -> list[Entry]:
    entries: list[Entry] = []
    by_number: dict[object, Entry] = {}
    for raw in _lines(path):
        line = verifier.take(raw)
        if line is None:
            continue
        if line.get("phase") in _ENDS and isinstance(line.get("of"), int):
            if line["of"] in by_number:
                by_number[line["of"]].end = line
            continue
        entry = Entry(line)
        entries.append(entry)
        if isinstance(line.get("n"), int):
            by_number[line["n"]] = entry
    return entries


def _matches(entry: Entry, values: Values) -> bool:
    first = entry.first
    if "user" in values and first.get("user") != values["user"]:
        return False
    command, wanted = str(first.get("command")), values.get("command")
    if wanted is not None and command != wanted and not command.startswith(f"{wanted}."):
        return False
    if "outcome" in values and entry.outcome != values["outcome"]:
        return False
    if "grep" in values:
        text = show.to_json(first.get("args", {})) + str(first.get("reason", ""))
        if str(values["grep"]) not in text:
            return False
    return _in_time(first.get("time"), values)


def _in_time(time: object, values: Values) -> bool:
    since, until = values.get("since"), values.get("until")
    if since is None and until is None:
        return True
    try:
        moment = read_time(str(time))
    except ValueError:
        return False
    low: datetime = since or moment
    return low <= moment and (until is None or moment < until)


def show_log(values: Values, settings: Settings, out: Output) -> int:
    verifier = Verifier()
    found = [e for e in _read_entries(str(values["file"]), verifier) if _matches(e, values)]
    if "last" in values:
        found = found[-int(values["last"]) :]
    if settings.json:
        for entry in found:
            for line in filter(None, (entry.first, entry.end)):
                out.data(show.to_json(line))
    else:
        columns = BY_WORDS["audit", "show"].columns
        out.data(show.table(columns, [e.row() for e in found]) if found else "none")
    _require_whole(verifier, str(values["file"]), out)
    return ExitCode.OK


def run(word: str, values: Values, settings: Settings, out: Output) -> int:
    if settings.dry_run or settings.reason:
        raise UsageError(f"'audit {word}' changes nothing: --dry-run and --reason have no place")
    return verify(values, settings, out) if word == "verify" else show_log(values, settings, out)
