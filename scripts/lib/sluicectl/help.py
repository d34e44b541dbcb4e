"""Help texts, made from the table of commands."""

import textwrap

from .commands import BY_WORDS, COMMANDS, FIRST_WORDS, GLOBAL_OPTIONS, second_words
from .errors import UsageError
from .table import Command, Option
from .arguments import did_you_mean

_WIDTH = 100
_EXIT_CODES = """exit codes
  0    done
  1    the venue refused; the message has its field and what it may be
  2    the command line or the script is wrong
  3    cannot connect, or the connection was lost
  4    not confirmed
  5    an expectation of a script failed or timed out
  6    the audit log's chain is broken
  7    a script paused; --resume goes on
  130  interrupted (tail: 0)"""


def _option_line(option: Option) -> tuple[str, str]:
    value = f" {option.kind.placeholder}" if option.kind else ""
    return f"{option.flag}{value}", option.help


def _two_columns(pairs: list[tuple[str, str]]) -> str:
    width = max(len(left) for left, _ in pairs)
    return "\n".join(f"  {left:<{width}}  {right}" for left, right in pairs)


def overview() -> str:
    commands = [(c.name, c.summary) for c in COMMANDS]
    return "\n\n".join(
        (
            "usage: sluicectl [OPTIONS] COMMAND ...\n\n"
            "Runs a Sluice venue over its admin socket. Data goes to standard output, talk to"
            " standard error.",
            "commands\n" + _two_columns(commands),
            "options, before or after the command\n"
            + _two_columns([_option_line(o) for o in GLOBAL_OPTIONS]),
            _EXIT_CODES,
            'examples\n  sluicectl session list\n  sluicectl help kill on\n'
            '  sluicectl kill on --firm ALPHA --reason "risk limit"\n'
            "  sluicectl run maintenance-window --set WINDOW=\"02:00 to 02:30 UTC\" --dry-run",
        )
    )


def _usage(command: Command) -> str:
    parts = [f"sluicectl {command.name}"]
    for positional in command.positionals:
        text = positional.kind.placeholder + ("..." if positional.many else "")
        parts.append(text if positional.required else f"[{text}]")
    for option in command.options:
        text, _ = _option_line(option)
        text += "..." if option.many else ""
        parts.append(text if option.required else f"[{text}]")
    if command.change:
        parts.append("--reason TEXT")
    return textwrap.fill(
        "usage: " + " ".join(p.replace(" ", "\0") for p in parts),
        _WIDTH,
        subsequent_indent="         ",
        break_on_hyphens=False,
    ).replace("\0", " ")


def of_command(command: Command) -> str:
    parts = [_usage(command), command.summary[0].upper() + command.summary[1:] + "."]
    if command.options:
        parts.append("options\n" + _two_columns([_option_line(o) for o in command.options]))
    if command.notes:
        parts.append(textwrap.fill(command.notes, _WIDTH))
    if command.change:
        parts.append("It is asked for on a terminal; --yes does without, --dry-run only tells.")
    if command.request:
        parts.append(f"The venue is asked {command.request} (gateway/admin/PROTOCOL.md).")
    examples = "\n".join(f"  sluicectl {line}" for line in command.examples)
    parts.append("examples\n" + examples)
    return "\n\n".join(parts)


def text_for(words: list[str]) -> str:
    """The help on a command, on the commands of one first word, or on everything."""
    if not words:
        return overview()
    command = BY_WORDS.get(tuple(words)) or BY_WORDS.get((words[0],))
    if command:
        return of_command(command)
    if words[0] not in FIRST_WORDS:
        raise UsageError(f"no help on '{words[0]}'{did_you_mean(words[0], FIRST_WORDS)}")
    known = second_words(words[0])
    if len(words) > 1:
        raise UsageError(f"no help on '{' '.join(words)}'{did_you_mean(words[1], known)}")
    pairs = [(f"{words[0]} {w}", BY_WORDS[words[0], w].summary) for w in known]
    return f"commands of '{words[0]}'\n" + _two_columns(pairs)
