"""The table of all commands: what a command line may say and what the venue is asked."""

from .. import values as v
from ..table import Option
from .others import LOCAL, OTHERS
from .sessions import SESSIONS
from .trading import INSTRUMENTS, KILL, ORDERS

GLOBAL_OPTIONS = (
    Option("--socket", "the admin socket; else SLUICE_ADMIN_SOCKET, else the usual", v.FILE),
    Option("--json", "rows as JSON lines, a result as one object"),
    Option("--dry-run", "ask the venue what would be done; nothing is done"),
    Option("--reason", "why; required for every change, and written to the audit log", v.REASON),
    Option("--yes", "do not ask before a change"),
    Option("--timeout", "longest silence of the venue: 10, or 90 in a change", v.SECONDS),
    Option("--help", "this help, or that of a command"),
    Option("--version", "the version of the protocol that is spoken"),
)

# Fields that an answer may leave out, and what their absence stands for (PROTOCOL.md, "Sessions").
ABSENT = {"locked": False}

COMMANDS = (*SESSIONS, *INSTRUMENTS, *ORDERS, *KILL, *OTHERS, *LOCAL)
BY_WORDS = {command.words: command for command in COMMANDS}
FIRST_WORDS = tuple(dict.fromkeys(command.words[0] for command in COMMANDS))


def second_words(first: str) -> tuple[str, ...]:
    return tuple(c.words[1] for c in COMMANDS if len(c.words) == 2 and c.words[0] == first)
