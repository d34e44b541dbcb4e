"""Commands about instruments, orders, books and kill switches."""

from collections.abc import Callable

from .. import values as v
from ..errors import Refused
from ..table import Ask, Command, Option, Positional, Values

INSTRUMENT_COLUMNS = ("instrument", "security_type", "state", "tick_size", "lot_size")
ORDER_COLUMNS = (
    "order_id", "clordid", "session", "account", "firm", "instrument", "side", "ord_type",
    "time_in_force", "price", "qty", "filled", "leaves",
)  # fmt: skip
KILL_COLUMNS = ("scope", "name", "keep_resting", "since", "user", "reason")

ALL_INSTRUMENTS = "*"


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
