"""Shell completion. The shells' scripts only pass the words on; what fits is decided here.

`sluicectl __complete WORD...` prints candidates for the last word, one a line. It never fails and
never waits long: a venue that does not answer gives no names.
"""

from pathlib import Path

from .commands import BY_WORDS, FIRST_WORDS, GLOBAL_OPTIONS, second_words
from .errors import CtlError
from .table import Command, Option
from .values import Kind
from .venue import Settings, Venue

# A key press waits for the venue at most this long.
NAMES_TIMEOUT_S = 1.0
SCRIPTS = Path(__file__).resolve().parents[2] / "completion"
SESSION_SCRIPTS = Path(__file__).resolve().parents[2] / "sessions"
# What a shell's script does with this line: complete file names.
FILES = "__files__"


def script(shell: str) -> str:
    return (SCRIPTS / f"sluicectl.{shell}").read_text()


def _names(sort: str, socket: str) -> list[str]:
    """Live names of one sort, or none."""
    source = {
        "session": ("session.list", "session"),
        "firm": ("session.list", "firm"),
        "instrument": ("instrument.list", "instrument"),
    }.get(sort)
    if source is None:
        return []
    command, key = source
    try:
        with Venue(socket, NAMES_TIMEOUT_S) as venue:
            rows, _ = venue.look(command, {})
    except CtlError:
        return []
    names = {row.get(key) for row in rows}
    # A name that a shell would split or interpret is left to be typed.
    return sorted(n for n in names if isinstance(n, str) and n.isascii() and n.isprintable())


def _values(kind: Kind, socket: str) -> list[str]:
    if kind.names == "file":
        return [FILES]
    return list(kind.words) or _names(kind.names, socket)


class _Line:
    """The words before the one that is completed."""

    def __init__(self, words: list[str]):
        self.path: tuple[str, ...] = ()
        self.command: Command | None = None
        self.plain = 0
        self.given: set[str] = set()
        # The option whose value comes next.
        self.waiting: Option | None = None
        self.socket = ""
        for word in words:
            self._take(word)

    def _take(self, word: str) -> None:
        if self.waiting is not None:
            if self.waiting.flag == "--socket":
                self.socket = word
            self.waiting = None
        elif word.startswith("-"):
            flag, equals, text = word.partition("=")
            self.given.add(flag)
            if flag == "--socket" and equals:
                self.socket = text
            option = self.option(flag)
            if option is not None and option.kind is not None and not equals:
                self.waiting = option
        elif self.command is None:
            self.path = (*self.path, word)
            self.command = BY_WORDS.get(self.path)
        else:
            self.plain += 1

    def option(self, flag: str) -> Option | None:
        return next((o for o in self.options() if o.flag == flag), None)

    def options(self) -> tuple[Option, ...]:
        return (*(self.command.options if self.command else ()), *GLOBAL_OPTIONS)


def candidates(words: list[str]) -> list[str]:
    """What the last of the words may become."""
    before, current = words[:-1], words[-1] if words else ""
    line = _Line(before)
    socket = Settings.of({"socket": line.socket}).socket
    if line.waiting is not None and line.waiting.kind is not None:
        found = _values(line.waiting.kind, socket)
    elif current.startswith("-"):
        found = [o.flag for o in line.options() if o.many or o.flag not in line.given]
    elif line.command is None:
        found = list(second_words(line.path[0]) if line.path else FIRST_WORDS)
    else:
        found = _positional_values(line, socket)
    return [f for f in found if f == FILES or f.startswith(current)]


def _positional_values(line: _Line, socket: str) -> list[str]:
    assert line.command is not None
    positionals = line.command.positionals
    if not positionals:
        return []
    if line.command.words == ("help",):
        return list(FIRST_WORDS)
    at = min(line.plain, len(positionals) - 1)
    if line.plain > at and not positionals[at].many:
        return []
    found = _values(positionals[at].kind, socket)
    if line.command.words == ("run",):
        found += sorted(f.name for f in SESSION_SCRIPTS.iterdir() if "." not in f.name)
    return found
