"""The record of a run: a text file that only grows, and all that --resume needs.

One event a line, written in one piece before anything else happens, so that a kill at any point
leaves a true record. What is not a whole line at the end was never finished and is passed over.

    2026-11-26T01:20:00.000000Z start {"script":…,"script_sha256":…,"variables":{…},"steps":40,…}
    2026-11-26T01:20:00.100000Z run 3/40 line 17: instrument halt *
    2026-11-26T01:20:00.200000Z answer 3/40 line 17: {"before":…,"after":…}
    2026-11-26T01:20:00.200000Z done 3/40 line 17
    2026-11-26T01:20:09.000000Z end done
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .. import show
from ..client import parse_object
from ..errors import CtlError, UsageError
from ..values import utc_now

_STEP_LINE = re.compile(r"\S+ (run|done|failed) ([0-9]{1,6})/([0-9]{1,6}) line [0-9]+(: .*)?")
_START_LINE = re.compile(r"\S+ start (\{.*\})")
# Names tried when one of this second is taken.
_NAMES_MAX = 100


@dataclass(frozen=True)
class Header:
    script: str
    script_sha256: str
    # Those of --set; the others follow from the text.
    variables: dict[str, str]
    reason: str | None
    steps: int

    def line(self) -> str:
        return f"start {show.to_json(self.__dict__)}"


@dataclass(frozen=True)
class Progress:
    header: Header
    completed: int
    # The step that had begun and has no end, if there is one.
    under_way: int | None


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


class Transcript:
    """Open for appending, and locked: two runs never write one file."""

    def __init__(self, path: str, create: bool):
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        if create:
            flags |= os.O_CREAT | os.O_EXCL
        self.path = path
        self._file = os.open(path, flags, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise UsageError(f"another run is writing {path}") from None
        self._end_torn_line()

    def close(self) -> None:
        os.close(self._file)

    def _end_torn_line(self) -> None:
        size = os.fstat(self._file).st_size
        if size > 0 and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b" (cut off)\n")

    def write(self, text: str) -> None:
        """Raises CtlError when it cannot, on a full disk say: a run without a record must stop."""
        line = f"{utc_now()} {show.printable(text)}\n".encode("utf-8", "backslashreplace")
        try:
            written = os.write(self._file, line)
        except OSError as problem:
            raise CtlError(f"cannot write to {self.path}: {problem.strerror}") from None
        if written != len(line):
            raise CtlError(f"{self.path}: only {written} of {len(line)} bytes could be written")


def create(path: str | None, script: str) -> Transcript:
    """A new file, which must not exist: at `path`, or here, named after script and time."""
    if path is not None:
        try:
            return Transcript(path, create=True)
        except FileExistsError:
            raise UsageError(
                f"{path} exists: a transcript is a new file; --resume {path} goes on with it"
            ) from None
        except OSError as problem:
            raise UsageError(f"cannot write {path}: {problem.strerror}") from None
    stem = f"sluicectl-{Path(script).name}-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"
    for number in range(_NAMES_MAX):
        name = f"{stem}{f'-{number}' if number else ''}.transcript"
        try:
            return Transcript(name, create=True)
        except FileExistsError:
            continue
        except OSError as problem:
            raise UsageError(
                f"cannot write {name}: {problem.strerror}; --transcript names another place"
            ) from None
    raise UsageError(f"{stem}.transcript and {_NAMES_MAX} more exist; --transcript names another")


def resume(path: str) -> tuple[Transcript, Progress]:
    try:
        transcript = Transcript(path, create=False)
    except OSError as problem:
        raise UsageError(f"cannot open {path}: {problem.strerror}") from None
    try:
        return transcript, _read_progress(path)
    except BaseException:
        transcript.close()
        raise


def _read_progress(path: str) -> Progress:
    header, completed, under_way = None, 0, None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            text = line.rstrip("\n")
            if header is None:
                header = _read_header(text)
                if header is None:
                    raise UsageError(f"{path} is no transcript: its first line is another")
                continue
            found = _STEP_LINE.fullmatch(text)
            if found is None:
                continue
            event, number = found[1], int(found[2])
            if event == "run":
                under_way = number
            elif number == under_way:
                under_way = None
                completed = number if event == "done" else completed
    if header is None:
        raise UsageError(f"{path} is empty: there is nothing to resume")
    return Progress(header, completed, under_way)


def _read_header(text: str) -> Header | None:
    found = _START_LINE.fullmatch(text)
    if found is None:
        return None
    try:
        value = parse_object(found[1].encode())
        variables = {str(k): str(v) for k, v in value["variables"].items()}
        return Header(
            str(value["script"]),
            str(value["script_sha256"]),
            variables,
            value["reason"],
            int(value["steps"]),
        )
    except (ValueError, KeyError, AttributeError, TypeError, json.JSONDecodeError):
        return None


def require_same(header: Header, text: str, given: Mapping[str, str], path: str) -> None:
    """Steps are counted: those of another text, or of other variables, are other steps."""
    if hash_of(text) != header.script_sha256:
        raise UsageError(
            f"the script's text is not the one that {path} was made with: it cannot be resumed."
            " Run it anew, or bring the old text back"
        )
    for name, value in given.items():
        if header.variables.get(name) != value:
            was = header.variables.get(name)
            raise UsageError(
                f"--set {name}={value} is not what {path} was made with"
                f" ({'it had none' if was is None else was}): it cannot be resumed"
            )
