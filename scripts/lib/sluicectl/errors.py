"""What can go wrong, and the exit code of each. scripts/README.md has the same list."""

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    REFUSED = 1
    USAGE = 2
    NO_CONNECTION = 3
    NOT_CONFIRMED = 4
    NOT_AS_EXPECTED = 5
    AUDIT_BROKEN = 6
    PAUSED = 7
    # As shells count a program that ended by a signal: 128 and its number.
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class CtlError(Exception):
    """An error that is told to the admin as one text and ends the program with `exit_code`."""

    exit_code = ExitCode.REFUSED


class UsageError(CtlError):
    """The command line or the script is wrong. `topic` names the help that has the right form."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, topic: str = ""):
        super().__init__(message)
        self.topic = topic


class NoConnection(CtlError):
    """The venue cannot be reached, or what came is no answer to what was asked."""

    exit_code = ExitCode.NO_CONNECTION


class NotConfirmed(CtlError):
    exit_code = ExitCode.NOT_CONFIRMED


class NotAsExpected(CtlError):
    exit_code = ExitCode.NOT_AS_EXPECTED


class AuditBroken(CtlError):
    exit_code = ExitCode.AUDIT_BROKEN


class Paused(CtlError):
    """A script came to its `pause`; --resume goes on behind it."""

    exit_code = ExitCode.PAUSED


class Terminated(CtlError):
    """SIGTERM or SIGHUP while a script ran."""

    exit_code = ExitCode.TERMINATED


class Refused(CtlError):
    """The venue's error line."""

    exit_code = ExitCode.REFUSED

    def __init__(self, error: dict):
        self.code = str(error.get("code", "?"))
        self.error = error
        text = f"{self.code}: {error.get('message', 'no message')}"
        if error.get("field") is not None:
            text += f"; field: {error['field']}"
        if error.get("expected") is not None:
            text += f"; expected: {error['expected']}"
        super().__init__(text)
