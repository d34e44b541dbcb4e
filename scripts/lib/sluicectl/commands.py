"""The table of all commands: what a command line may say and what the venue is asked."""

from collections.abc import Callable

from . import values as v
from .errors import Refused
from .table import Ask, Command, Option, Positional, Values

GLOBAL_OPTIONS = (
    Option("--socket", "the admin socket; else SLUICE_ADMIN_SOCKET, else the usual", v.FILE),
    Option("--json", "rows as JSON lines, a result as one object"),
    Option("--dry-run", "ask the venue what would be done; nothing is done"),
    Option("--reason", "why; required for every change, and written to the audit log", v.REASON),
    Option("--yes", "do not ask before a change"),
    Option("--timeout", "longest silence of the venue (10 seconds)", v.SECONDS),
    Option("--help", "this help, or that of a command"),
    Option("--version", "the version of the protocol that is spoken"),
)

SESSION_COLUMNS = (
    "session", "role", "firm", "state", "enabled", "address", "since", "next_out", "next_in",
    "unsent_bytes", "in_flight", "owed", "resend_waits", "locked",
)  # fmt: skip
INSTRUMENT_COLUMNS = ("instrument", "security_type", "state", "tick_size", "lot_size")
ORDER_COLUMNS = (
    "order_id", "clordid", "session", "account", "firm", "instrument", "side", "ord_type",
    "time_in_force", "price", "qty", "filled", "leaves",
)  # fmt: skip
KILL_COLUMNS = ("scope", "name", "keep_resting", "since", "user", "reason")

Chooser = Callable[[dict], bool]

# Fields that an answer may leave out, and what their absence stands for (PROTOCOL.md, "Sessions").
ABSENT = {"locked": False}

ALL_INSTRUMENTS = "*"
_SEQUENCE_NUMBER = v.number("N", 1, 2147483647)
# PROTOCOL.md, `notice.send`.
_NOTICE_LINES_MAX = 16


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


def _instrument_args(state: str) -> Callable[[Values], dict]:
    def args(values: Values) -> dict:
        names = values.get("instruments", [])
        if values.get("all") or ALL_INSTRUMENTS in names:
            return {"instruments": ALL_INSTRUMENTS, "state": state}
        return {"instruments": names, "state": state}

    return args


def _instrument_change(word: str, state: str, summary: str) -> Command:
    def action(args: dict) -> str:
        names = args["instruments"]
        shown = "every instrument" if names == ALL_INSTRUMENTS else ", ".join(names)
        return f"set {shown} to {state}"

    return Command(
        ("instrument", word),
        summary,
        "instrument.set_state",
        positionals=(Positional("instruments", v.INSTRUMENT, many=True, required=False),),
        options=(Option("--all", "every instrument; so does the name '*'"),),
        one_of=("instruments", "all"),
        change=True,
        action=action,
        args=_instrument_args(state),
        examples=(
            f'instrument {word} BTC-USDT ETH-USDT --reason "price source lost"',
            f'instrument {word} --all --reason "maintenance"',
        ),
    )


def _keep_instrument(values: Values, row: dict) -> bool:
    names = values.get("instruments")
    return not names or ALL_INSTRUMENTS in names or row.get("instrument") in names


def _list_instruments(values: Values, ask: Ask) -> list[dict]:
    """The protocol's list has no filter; an unknown name would only give less rows."""
    wanted = set(values.get("instruments", [])) - {ALL_INSTRUMENTS}
    if wanted:
        rows, _ = ask("instrument.list", {})
        missing = sorted(wanted - {row.get("instrument") for row in rows})
        if missing:
            raise Refused(
                {
                    "code": "unknown_instrument",
                    "message": f"the venue has no instrument {', '.join(missing)}",
                    "field": "instruments",
                }
            )
    return [{}]


def _cancel_action(args: dict) -> str:
    if "order_id" in args:
        return f"cancel order {args['order_id']}"
    if args.get("all"):
        return "cancel every open order of the venue"
    keys = ("session", "account", "firm", "instrument")
    parts = [f"{key} {args[key]}" for key in keys if key in args]
    return f"cancel every open order of {' on '.join(parts)}"


_SCOPE_OPTIONS = (
    Option("--venue", "everyone"),
    Option("--firm", "a firm", v.FIRM),
    Option("--account", "an account", v.ACCOUNT),
    Option("--session", "a session", v.SESSION),
)
_SCOPES = ("venue", "firm", "account", "session")


def _kill_args(values: Values) -> dict:
    scope = next(key for key in _SCOPES if values.get(key))
    args: dict = {"scope": scope}
    if scope != "venue":
        args["name"] = values[scope]
    if values.get("keep_resting"):
        args["keep_resting"] = True
    return args


def _kill_name(args: dict) -> str:
    return "the whole venue" if args["scope"] == "venue" else f"{args['scope']} {args['name']}"


def _kill_on_action(args: dict) -> str:
    orders = "are kept" if args.get("keep_resting") else "are cancelled"
    return f"refuse new orders of {_kill_name(args)}; its resting orders {orders}"


def _notice_args(values: Values) -> dict:
    args: dict = {"headline": values["headline"]}
    renamed = {"lines": "line", "urgency": "urgency", "sessions": "session", "firm": "firm"}
    args |= {key: values[value] for key, value in renamed.items() if value in values}
    if values.get("all"):
        args["all"] = True
    return args


def _notice_action(args: dict) -> str:
    to = "everyone"
    if "firm" in args:
        to = f"firm {args['firm']}"
    elif "sessions" in args:
        to = ", ".join(args["sessions"])
    return f"send \"{args['headline']}\" to {to}"


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

INSTRUMENTS = (
    Command(
        ("instrument", "list"), "instruments and their states", "instrument.list",
        positionals=(Positional("instruments", v.INSTRUMENT, many=True, required=False),),
        args=lambda values: {}, expand=_list_instruments,
        columns=INSTRUMENT_COLUMNS, fields=INSTRUMENT_COLUMNS, has_rows=True,
        keep_row=_keep_instrument,
        examples=("instrument list", "instrument list BTC-USDT"),
    ),
    _instrument_change("halt", "halted", "nothing is accepted"),
    _instrument_change("resume", "continuous", "trade continuously"),
    _instrument_change("post-only", "post_only", "only orders that do not trade at once"),
    _instrument_change("close-only", "close_only", "only orders that make a position smaller"),
    _instrument_change("cancel-only", "cancel_only", "only cancels"),
    _instrument_change("pre-open", "pre_open", "before the opening"),
)

ORDERS = (
    Command(
        ("order", "list"), "open orders", "order.list",
        options=(
            Option("--session", "those of a session", v.SESSION),
            Option("--account", "those of an account", v.ACCOUNT),
            Option("--firm", "those of a firm", v.FIRM),
            Option("--instrument", "those of an instrument", v.INSTRUMENT),
            Option("--limit", "at most so many (1000)", v.number("N", 1, 1000000)),
        ),
        columns=ORDER_COLUMNS, fields=ORDER_COLUMNS, has_rows=True,
        notes="When there are more than --limit, standard error says so.",
        examples=("order list --session CLIENT1", "order list --instrument BTC-USDT --limit 9000"),
    ),
    Command(
        ("order", "cancel"), "cancel one order, or all of a scope", "order.cancel",
        positionals=(Positional("order_id", v.ORDER_ID, required=False),),
        options=(
            Option("--session", "all of a session", v.SESSION),
            Option("--account", "all of an account", v.ACCOUNT),
            Option("--firm", "all of a firm", v.FIRM),
            Option("--instrument", "all of an instrument, or of the above on it", v.INSTRUMENT),
            Option("--all", "all of the venue"),
        ),
        any_of=("order_id", "session", "account", "firm", "instrument", "all"),
        not_with=tuple(
            (one, other)
            for at, one in enumerate(("order_id", "all", "session", "account", "firm"))
            for other in ("order_id", "all", "session", "account", "firm")[at + 1 :]
        )
        + (("order_id", "instrument"), ("all", "instrument")),
        change=True, action=_cancel_action,
        examples=(
            'order cancel 8796093022209 --reason "asked by phone"',
            'order cancel --firm ALPHA --instrument BTC-USDT --reason "asked by phone"',
        ),
    ),
    Command(
        ("book", "show"), "a book's best levels", "book.show",
        positionals=(Positional("instrument", v.INSTRUMENT),),
        options=(Option("--depth", "levels of each side (10)", v.number("N", 1, 128)),),
        fields=("instrument", "truncated"), examples=("book show BTC-USDT --depth 5",),
    ),
)  # fmt: skip

KILL = (
    Command(
        ("kill", "on"), "refuse new orders and cancel those that rest; cancels pass", "kill.on",
        options=(*_SCOPE_OPTIONS, Option("--keep-resting", "leave resting orders in the books")),
        one_of=_SCOPES, change=True, action=_kill_on_action, args=_kill_args,
        notes="It stays on over restarts, until `kill off` of the same scope.",
        examples=(
            'kill on --firm ALPHA --reason "risk limit"',
            'kill on --venue --keep-resting --reason "incident 7"',
        ),
    ),
    Command(
        ("kill", "off"), "lift a kill switch", "kill.off",
        options=_SCOPE_OPTIONS, one_of=_SCOPES, change=True, args=_kill_args,
        action=lambda args: f"let {_kill_name(args)} trade again",
        examples=('kill off --firm ALPHA --reason "limit raised, call of 01:20"',),
    ),
    Command(
        ("kill", "status"), "the kill switches that are on", "kill.status",
        columns=KILL_COLUMNS, fields=KILL_COLUMNS, has_rows=True, examples=("kill status",),
    ),
)  # fmt: skip

OTHERS = (
    Command(
        ("notice", "send"), "send News(B) to sessions that are logged on", "notice.send",
        options=(
            Option("--headline", "Headline(148)", v.ascii_text("TEXT", 128), required=True),
            Option(
                "--line", "a line, Text(58); up to 16", v.ascii_text("TEXT", 200),
                many=True, many_max=_NOTICE_LINES_MAX,
            ),
            Option("--urgency", "Urgency(61)", v.choice("normal", "flash", "background")),
            Option("--session", "to a session; several times", v.SESSION, many=True),
            Option("--firm", "to the sessions of a firm", v.FIRM),
            Option("--all", "to everyone"),
        ),
        one_of=("session", "firm", "all"), change=True, action=_notice_action, args=_notice_args,
        examples=(
            'notice send --all --headline "Maintenance at 02:00 UTC" --line "Open orders stay."'
            ' --urgency flash --reason "planned"',
        ),
    ),
    Command(
        ("stat",), "counters and sizes", "stat", fields=None, examples=("stat", "stat --json")
    ),
    Command(
        ("tail",), "FIX messages as they pass; Ctrl-C ends it", "tail",
        positionals=(Positional("sessions", v.SESSION, many=True, required=False),),
        options=(
            Option("--decode", "names of fields and values"),
            Option("--count", "end after so many messages", v.number("N", 1, 10**9)),
        ),
        in_scripts=False, examples=("tail", "tail --decode CLIENT1 CLIENT2"),
    ),
    Command(
        ("certificates", "reload"), "read the TLS certificates again", "certificates.reload",
        change=True, action=lambda args: "read the TLS certificates again",
        examples=('certificates reload --reason "renewed"',),
    ),
)  # fmt: skip

LOCAL = (
    Command(
        ("audit", "verify"), "check an audit log's chain and numbers; needs no venue",
        positionals=(Positional("file", v.FILE),),
        options=(Option("--contains", "a SHA-256 that an earlier check printed", v.TEXT),),
        in_scripts=False,
        notes="A log that was cut off at its end is whole in itself: keep the printed SHA-256"
        " elsewhere and give it with --contains next time.",
        examples=("audit verify /var/lib/sluice/audit.log",),
    ),
    Command(
        ("audit", "show"), "what was changed, by whom and why; needs no venue",
        positionals=(Positional("file", v.FILE),),
        options=(
            Option("--user", "changes of a user", v.TEXT),
            Option("--command", "of a command of the protocol, or all that begin so: kill", v.TEXT),
            Option("--outcome", "how it ended", v.choice("done", "failed", "refused", "open")),
            Option("--since", "from this time on, UTC", v.TIME),
            Option("--until", "before this time, UTC", v.TIME),
            Option("--grep", "with this text in args or reason", v.TEXT),
            Option("--last", "the last so many of these", v.number("N", 1, 10**6)),
        ),
        columns=("n", "time", "user", "role", "firm", "command", "args", "outcome", "reason"),
        in_scripts=False,
        examples=(
            "audit show audit.log --user risk1 --since 2026-11-26",
            "audit show audit.log --grep CLIENT1",
        ),
    ),
    Command(
        ("run",), "run a session script",
        positionals=(Positional("file", v.FILE),),
        options=(
            Option("--set", "give a variable of the script: NAME=value", v.TEXT, many=True),
            Option("--transcript", "where its record goes (a new file in this folder)", v.FILE),
            Option("--resume", "go on behind the last completed step of this transcript", v.FILE),
        ),
        in_scripts=False,
        notes="scripts/sessions/README.md has the language. A FILE that is not here and has no"
        " slash is looked for among the shipped scripts. --dry-run checks it and prints what it"
        " would do.",
        examples=(
            'run maintenance-window --set WINDOW="02:00 to 02:30 UTC" --dry-run',
            "run incident-halt --resume sluicectl-incident-halt-20261126T012000Z.transcript",
        ),
    ),
    Command(
        ("completion",), "print a shell's completion script",
        positionals=(Positional("shell", v.choice("bash", "zsh", "fish")),),
        in_scripts=False,
        examples=('completion bash >~/.local/share/bash-completion/completions/sluicectl',),
    ),
    Command(
        ("help",), "help on a command",
        positionals=(Positional("words", v.TEXT, many=True, required=False),),
        in_scripts=False, examples=("help session logout",),
    ),
)  # fmt: skip

COMMANDS = (*SESSIONS, *INSTRUMENTS, *ORDERS, *KILL, *OTHERS, *LOCAL)
BY_WORDS = {command.words: command for command in COMMANDS}
FIRST_WORDS = tuple(dict.fromkeys(command.words[0] for command in COMMANDS))


def second_words(first: str) -> tuple[str, ...]:
    return tuple(c.words[1] for c in COMMANDS if len(c.words) == 2 and c.words[0] == first)
