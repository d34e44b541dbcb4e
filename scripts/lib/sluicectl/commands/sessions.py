"""Commands about FIX sessions."""

from collections.abc import Callable

from .. import values as v
from ..table import Ask, Command, Option, Positional, Values

SESSION_COLUMNS = (
    "session", "role", "firm", "state", "enabled", "address", "since", "next_out", "next_in",
    "unsent_bytes", "in_flight", "owed", "resend_waits", "locked",
)  # fmt: skip
LOCK_COLUMNS = ("comp_id", "address", "failures", "remaining_s")

Chooser = Callable[[dict], bool]

_SEQUENCE_NUMBER = v.number("N", 1, 2147483647)


def _sessions_of(choose: Chooser) -> Callable[[Values, Ask], list[dict]]:
    """Named sessions as they are; --all and --firm as those listed that `choose` takes."""

    def expand(values: Values, ask: Ask) -> list[dict]:
        extra = {"text": values["text"]} if "text" in values else {}
        if "sessions" in values:
            return [{"session": name, **extra} for name in values["sessions"]]
        scope = {"firm": values["firm"]} if "firm" in values else {}
        rows, _ = ask("session.list", scope)
        return [{"session": row.get("session"), **extra} for row in rows if choose(row)]

    return expand


def _is_connected(row: dict) -> bool:
    return row.get("state") != "logged_out"


def _session_change(
    word: str, summary: str, action: str, choose: Chooser, options: tuple[Option, ...] = ()
) -> Command:
    example = f'session {word} CLIENT1 --reason "asked by the desk"'
    return Command(
        ("session", word),
        summary,
        f"session.{word}",
        positionals=(Positional("sessions", v.SESSION, many=True, required=False),),
        options=(
            Option("--all", "every session that this concerns now"),
            Option("--firm", "those of a firm", v.FIRM),
            *options,
        ),
        one_of=("sessions", "all", "firm"),
        change=True,
        action=lambda args: f"{action} {args['session']}",
        expand=_sessions_of(choose),
        notes="Several sessions are several changes, one after the other.",
        examples=(example, f'session {word} --firm ALPHA --reason "asked by the desk"'),
    )


SESSIONS = (
    Command(
        ("session", "list"), "all FIX sessions and how they are", "session.list",
        options=(Option("--firm", "those of a firm", v.FIRM),),
        columns=SESSION_COLUMNS, fields=SESSION_COLUMNS, has_rows=True,
        examples=("session list", "session list --firm ALPHA --json"),
    ),
    Command(
        ("session", "show"), "one session", "session.show",
        positionals=(Positional("session", v.SESSION),), fields=SESSION_COLUMNS,
        examples=("session show CLIENT1",),
    ),
    _session_change(
        "logout", "send a Logout(5); ends with the connection", "log out", _is_connected,
        options=(Option("--text", "Text(58) of the Logout", v.ascii_text("TEXT", 256)),),
    ),
    _session_change(
        "disconnect", "close the connection at once", "cut the connection of", _is_connected
    ),
    _session_change(
        "enable", "let a session log on again", "enable", lambda row: row.get("enabled") is False
    ),
    _session_change(
        "disable", "log a session out and refuse its Logons, over restarts too", "disable",
        lambda row: row.get("enabled") is True,
    ),
    Command(
        ("session", "reset"), "both sequence numbers 1, stored messages dropped", "session.reset",
        positionals=(Positional("session", v.SESSION),), change=True,
        action=lambda args: f"reset the numbers of {args['session']} and drop its stored messages",
        notes="Only while it is logged out. The counterparty must reset too.",
        examples=('session reset CLIENT1 --reason "agreed with the desk"',),
    ),
    Command(
        ("session", "set-seq"), "set the next sequence numbers", "session.set_seq",
        positionals=(Positional("session", v.SESSION),),
        options=(
            Option("--next-out", "next MsgSeqNum(34) that the venue sends", _SEQUENCE_NUMBER),
            Option("--next-in", "next MsgSeqNum(34) that it expects", _SEQUENCE_NUMBER),
        ),
        any_of=("next_out", "next_in"), change=True,
        action=lambda args: "set "
        + " and ".join(f"{key} to {args[key]}" for key in ("next_out", "next_in") if key in args)
        + f" of {args['session']}",
        notes="Only while it is logged out; --next-out not below what was sent.",
        examples=('session set-seq CLIENT1 --next-in 1201 --reason "lost its store"',),
    ),
    Command(
        ("session", "locks"), "whose Logons are refused after failed ones", "session.locks",
        columns=LOCK_COLUMNS, fields=LOCK_COLUMNS, has_rows=True,
        notes="remaining_s - : until session unlock.",
        examples=("session locks",),
    ),
    Command(
        ("session", "unlock"), "forget failed Logons of a session or an address", "session.unlock",
        positionals=(Positional("session", v.SESSION, required=False),),
        options=(Option("--address", "an address instead of a session", v.ADDRESS),),
        one_of=("session", "address"), change=True,
        action=lambda args: "forget the failed Logons of "
        f"{args.get('session') or args.get('address')}",
        examples=(
            'session unlock CLIENT1 --reason "new password is set"',
            'session unlock --address 192.0.2.7 --reason "their proxy"',
        ),
    ),
)  # fmt: skip
