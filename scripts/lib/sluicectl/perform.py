"""Carries out one command at the venue: looks it up, or asks first and then changes."""

from . import show
from .arguments import Invocation
from .commands import BY_WORDS
from .errors import NoConnection, NotConfirmed, Refused
from .show import Output
from .venue import Settings, Terminal, Venue

_BOOK = BY_WORDS["book", "show"]


def requests_of(invocation: Invocation, venue: Venue) -> list[dict]:
    """The args of each request that the command line stands for; may ask the venue for names."""
    command = invocation.command
    if command.expand is None:
        return [command.args(invocation.values)]
    return command.expand(invocation.values, venue.look)


def look(invocation: Invocation, venue: Venue) -> tuple[list[dict], dict]:
    """Rows, filtered as the command line says, and result of a command that changes nothing."""
    command = invocation.command
    requests_of(invocation, venue)
    rows, result = venue.look(command.request, command.args(invocation.values))
    if command.keep_row is not None:
        rows = [row for row in rows if command.keep_row(invocation.values, row)]
    return rows, result


def show_look(
    invocation: Invocation, rows: list[dict], result: dict, settings: Settings, out: Output
) -> None:
    command = invocation.command
    if not command.has_rows:
        text = show.book(result) if command is _BOOK else show.record(result)
        out.data(show.to_json(result) if settings.json else text)
    elif settings.json:
        for row in rows:
            out.data(show.to_json(row))
    else:
        out.data(show.table(command.columns, rows) if rows else "none")
    if result.get("truncated"):
        out.talk(_truncated(invocation, rows))


def _truncated(invocation: Invocation, rows: list[dict]) -> str:
    if invocation.command.has_rows:
        return f"sluicectl: only {len(rows)} are shown, there are more: raise --limit"
    return "sluicectl: the book has more orders than were looked at: its last level may be short"


def requests_text(invocation: Invocation, request: dict) -> str:
    """What one request does, as a sentence without a capital."""
    action = invocation.command.action
    return show.printable(action(request) if action else invocation.command.name)


class Change:
    """One command line that changes something: one request, or one for each of its sessions."""

    def __init__(self, invocation: Invocation, settings: Settings, venue: Venue, out: Output):
        self._invocation = invocation
        self._settings = settings
        self._venue = venue
        self._out = out
        self.reason = settings.reason
        # A list of sessions that the venue gave may be out of date when the requests arrive.
        named = "sessions" in invocation.values
        self._from_list = invocation.command.expand is not None and not named
        self.requests = requests_of(invocation, venue)

    def ask(self, request: dict, dry_run: bool) -> dict | None:
        """The result; None for a session of a list that is not in the way any more."""
        # Who cannot be reached was not asked: its failure is told as it is.
        connection = self._venue.connection
        try:
            return connection.ask(
                self._invocation.command.request,
                request,
                reason=self.reason,
                dry_run=dry_run,
                timeout_s=self._settings.change_timeout_s,
            )
        except Refused as refusal:
            if self._from_list and refusal.code == "wrong_state":
                self._out.talk(f"sluicectl: {requests_text(self._invocation, request)}: {refusal}")
                return None
            raise
        except NoConnection as problem:
            if dry_run:
                raise
            done = requests_text(self._invocation, request)
            raise NoConnection(f"{problem}; whether it was done is unknown: {done}") from None

    def show(self, request: dict, result: dict) -> None:
        if self._settings.json:
            many = self._invocation.command.expand is not None
            value = {"args": request, "result": result} if many else result
            self._out.data(show.to_json(value))
            return
        would = "would " if self._settings.dry_run else ""
        self._out.data(would + requests_text(self._invocation, request))
        for line in show.change(result):
            self._out.data(f"  {line}")

    def run(self, terminal: Terminal) -> None:
        settings = self._settings
        if not self.requests:
            self._out.talk("sluicectl: nothing to do: no session is concerned")
            return
        if not settings.dry_run and not settings.yes:
            self._confirm(terminal)
        for request in self.requests:
            result = self.ask(request, settings.dry_run)
            if result is not None:
                self.show(request, result)

    def _confirm(self, terminal: Terminal) -> None:
        hello = self._venue.hello
        self._out.talk(
            f"On venue {show.printable(hello.venue)}, as {show.printable(hello.user)}"
            f" ({show.printable(hello.role)}), because \"{self.reason}\":"
        )
        for request in self.requests:
            result = self.ask(request, dry_run=True)
            if result is not None:
                self._out.talk(f"  {requests_text(self._invocation, request)}")
                for line in show.change(result):
                    self._out.talk(f"    {line}")
        if not terminal.confirm("Do it?"):
            raise NotConfirmed("not confirmed: nothing was changed")


def require_confirmation(settings: Settings, terminal: Terminal, what: str) -> None:
    """Before anything is asked: a change needs somebody who can say yes, or --yes."""
    if settings.yes or settings.dry_run or terminal.is_interactive():
        return
    raise NotConfirmed(
        f"{what} asks before it changes anything, and standard input is no terminal: add --yes to"
        " do it without being asked, or --dry-run to see what it would do"
    )


def perform(
    invocation: Invocation, settings: Settings, venue: Venue, terminal: Terminal, out: Output
) -> None:
    """What has a reason already, if it needs one."""
    command = invocation.command
    if not command.change:
        rows, result = look(invocation, venue)
        show_look(invocation, rows, result, settings, out)
        return
    require_confirmation(settings, terminal, f"'{command.name}'")
    Change(invocation, settings, venue, out).run(terminal)
