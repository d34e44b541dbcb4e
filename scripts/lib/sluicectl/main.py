"""The program: reads the command line, carries it out, and turns errors into exit codes."""

import sys

from . import audit, completion, show, tail
from .arguments import Invocation, parse, require_reason
from .client import PROTOCOL_VERSION
from .errors import CtlError, ExitCode, Refused, UsageError
from .help import text_for
from .perform import perform
from .script import command as script_command
from .show import Output
from .venue import Settings, Terminal, Venue


def run(words: list[str], terminal: Terminal, out: Output) -> int:
    """Returns the exit code. Raises CtlError."""
    if words[:1] == ["__complete"]:
        for candidate in completion.candidates(words[1:]):
            out.data(candidate)
        return ExitCode.OK
    invocation = parse(words)
    if "version" in invocation.flags:
        out.data(f"sluicectl, admin protocol {PROTOCOL_VERSION}")
        return ExitCode.OK
    if "help" in invocation.flags and invocation.command.name != "help":
        out.data(text_for(list(invocation.command.words)))
        return ExitCode.OK
    settings = Settings.of(invocation.flags)
    require_reason(invocation, settings.reason)
    return _run_command(invocation, settings, terminal, out)


def _run_command(
    invocation: Invocation, settings: Settings, terminal: Terminal, out: Output
) -> int:
    words, values = invocation.command.words, invocation.values
    if words == ("help",):
        out.data(text_for(values.get("words", [])))
    elif words == ("completion",):
        out.data(completion.script(values["shell"]).rstrip("\n"))
    elif words[0] == "audit":
        return audit.run(words[1], values, settings, out)
    else:
        with Venue(settings.socket, settings.timeout_s) as venue:
            if words == ("run",):
                return script_command.run(values, settings, venue, terminal, out)
            if words == ("tail",):
                return tail.run(values, settings, venue, out)
            perform(invocation, settings, venue, terminal, out)
    return ExitCode.OK


def _tell(problem: CtlError, as_json: bool, out: Output) -> None:
    if as_json:
        error = {"message": str(problem)}
        if isinstance(problem, Refused):
            error = problem.error
        out.talk(show.to_json({"error": error, "exit_code": int(problem.exit_code)}))
        return
    said = "the venue refused: " if isinstance(problem, Refused) else ""
    text = "\n".join(show.printable(line) for line in f"{said}{problem}".split("\n"))
    out.talk(f"sluicectl: {text}")
    if isinstance(problem, UsageError):
        topic = f"help {problem.topic}" if problem.topic else "--help"
        out.talk(f"see 'sluicectl {topic}'")


def run_and_tell(words: list[str], terminal: Terminal, out: Output) -> int:
    """As `run`, with every CtlError told and turned into its exit code."""
    try:
        return int(run(words, terminal, out))
    except CtlError as problem:
        _tell(problem, "--json" in words, out)
        return int(problem.exit_code)


def main(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    out = Output()
    try:
        return run_and_tell(words, Terminal(), out)
    except KeyboardInterrupt:
        out.talk("sluicectl: interrupted")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        return int(ExitCode.BROKEN_PIPE)
