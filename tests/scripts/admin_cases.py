"""The cases of admin_conformance.py, each a sentence of gateway/admin/PROTOCOL.md."""

import json
from collections.abc import Callable

from admin_talk import Closed, Failure, Names, Talk, Tally, require

LINE_BYTES_MAX = 65536
ROLES = ("viewer", "operator", "risk", "supervisor")
NOBODY = "NO-SUCH-NAME"

CASES: list[tuple[str, Callable[[Talk, Names], None]]] = []
CHANGING: list[tuple[str, Callable[[Talk, Names], None]]] = []


def case(into: list = CASES):
    """A case's name is its function's."""

    def add(function: Callable[[Talk, Names], None]):
        into.append((function.__name__.replace("_", " "), function))
        return function

    return add


def require_members(value: dict, shape: dict[str, object], what: str) -> None:
    """Each member has the type, is one of the words, or satisfies the function."""
    for name, kind in shape.items():
        require(name in value, f"{what} has no '{name}': {value}")
        found = value[name]
        if isinstance(kind, tuple) and kind and not isinstance(kind[0], type):
            good = found in kind
        elif kind is int:
            good = type(found) is int
        else:
            good = isinstance(found, kind)
        require(good, f"{what}: {name} is {found!r}")


NULL = type(None)
SESSION_SHAPE = {
    "session": str, "role": ("order_entry", "drop_copy", "by_logon"), "firm": str,
    "state": ("logged_on", "leaving", "logged_out"), "enabled": bool, "address": (str, NULL),
    "since": (str, NULL), "next_out": int, "next_in": int, "unsent_bytes": int, "in_flight": int,
    "owed": bool, "resend_waits": bool,
}  # fmt: skip
STATES = ("pre_open", "continuous", "post_only", "close_only", "cancel_only", "halted")
INSTRUMENT_SHAPE = {
    "instrument": str, "security_type": str, "state": STATES, "tick_size": str, "lot_size": str,
}  # fmt: skip
ORDER_SHAPE = dict.fromkeys(
    ("order_id", "clordid", "session", "account", "firm", "instrument", "side", "ord_type",
     "time_in_force", "qty", "filled", "leaves"), str,
)  # fmt: skip
KILL_SHAPE = {
    "scope": ("venue", "firm", "account", "session"), "name": (str, NULL), "keep_resting": bool,
    "since": str, "user": str, "reason": str,
}  # fmt: skip


@case()
def the_venue_speaks_first(talk: Talk, names: Names) -> None:
    shape = {"sluice": str, "protocol": (1,), "venue": str, "user": str, "role": ROLES,
             "firm": (str, NULL)}  # fmt: skip
    require_members(talk.hello, shape, "the first line")


@case()
def an_id_comes_back_as_it_was(talk: Talk, names: Names) -> None:
    for identity in (0, 1, 2**53, "", "x", "x" * 64, "é" * 32, '"\\\u0001'):
        talk.send(json.dumps({"id": identity, "command": "stat"}).encode() + b"\n")
        _, last = talk.answer(identity)
        require(last["ok"], f"id {identity!r} is refused: {last}")


@case()
def another_id_is_a_bad_request(talk: Talk, names: Names) -> None:
    for identity in (-1, 2**53 + 1, 1.5, True, None, [], {}, "x" * 65, "é" * 33):
        talk.send(json.dumps({"id": identity, "command": "stat"}).encode() + b"\n")
        line = talk.read()
        good = line.get("ok") is False and line["error"]["code"] == "bad_request"
        require(good, f"id {identity!r} is a bad_request, not {line}")
    talk.send(b'{"command":"stat"}\n')
    require(talk.read()["error"]["code"] == "bad_request", "no id is a bad_request")
    talk.good("stat")


@case()
def requests_are_answered_in_order(talk: Talk, names: Names) -> None:
    asked = [talk.post(c) for c in ("stat", "session.list", "no.such", "instrument.list") * 20]
    for identity in asked:
        talk.answer(identity)


@case()
def a_request_may_come_in_pieces(talk: Talk, names: Names) -> None:
    for byte in b'{"id":7,"command":"stat"}\n':
        talk.send(bytes([byte]))
    talk.answer(7)


def _is_closed_with_an_error(talk: Talk, line: bytes, what: str) -> None:
    try:
        talk.send(line)
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        answer = talk.read()
    except Closed:
        raise Failure(f"{what}: closed without an error") from None
    good = answer.get("ok") is False and answer["error"]["code"] == "bad_request"
    require(good, f"{what} is a bad_request, not {answer}")
    try:
        more = talk.read()
    except Closed:
        return
    raise Failure(f"{what}: the connection goes on: {more}")


@case()
def a_line_that_is_no_object_is_answered_and_closes(talk: Talk, names: Names) -> None:
    lines = (b"\n", b"x\n", b"[]\n", b"1\n", b"null\n", b'{"id":1\n',
             b'{"id":1,"command":"\xff"}\n', b'{"id":1,"command":"stat"}}\n',
             b"[" * 60000 + b"\n", b"\x00\n")  # fmt: skip
    for line in lines:
        with Talk(talk.path) as other:
            _is_closed_with_an_error(other, line, repr(line[:40]))
    talk.good("stat")


@case()
def a_line_has_at_most_65536_bytes(talk: Talk, names: Names) -> None:
    # On the safe side of the edge: whether its line feed is one of them the page does not say.
    head = b'{"id":1,"command":"stat"'
    talk.send(head + b" " * (LINE_BYTES_MAX - 2 - len(head)) + b"}\n")
    require(talk.answer(1)[1]["ok"], "a line of 65536 bytes with its line feed is taken")
    for size in (LINE_BYTES_MAX + 2, 300000):
        with Talk(talk.path) as other:
            line = head + b" " * (size - 1 - len(head)) + b"}\n"
            _is_closed_with_an_error(other, line, f"a line of {size} bytes")


@case()
def what_is_unknown_is_refused(talk: Talk, names: Names) -> None:
    for command in ("no.such", "session", "Session.list", "session.list "):
        talk.refused("unknown_command", command)
    talk.refused("bad_request", "stat", {"x": 1})
    talk.refused("bad_request", "session.list", {"session": names.session})
    for args in ([], "x", 7, True):
        talk.refused("bad_request", "stat", args)
    for command in (7, None, []):
        talk.send(json.dumps({"id": 1, "command": command}).encode() + b"\n")
        require(talk.read()["error"]["code"] == "bad_request", f"command {command}: bad_request")


@case()
def absent_args_stand_for_none(talk: Talk, names: Names) -> None:
    require(talk.good("instrument.list")[0] == talk.good("instrument.list", {})[0], "the same")


@case()
def rows_and_objects_have_their_members(talk: Talk, names: Names) -> None:
    for row in names.sessions:
        require_members(row, SESSION_SHAPE, "a session")
        out = row["state"] == "logged_out"
        require((row["address"] is None) == out == (row["since"] is None), f"null when out: {row}")
    for row in names.instruments:
        require_members(row, INSTRUMENT_SHAPE, "an instrument")
    for row in talk.good("kill.status")[0]:
        require_members(row, KILL_SHAPE, "a kill switch")
    groups = dict.fromkeys(("engine", "edge", "orders", "log", "drop_copy", "threads"), dict)
    require_members(talk.good("stat")[1], groups, "stat")
    _, one = talk.good("session.show", {"session": names.session})
    require_members(one, SESSION_SHAPE, "session.show")
    require(one["session"] == names.session, "session.show shows what was asked for")
    rows, _ = talk.good("session.list", {"firm": names.firm})
    require(rows and all(row["firm"] == names.firm for row in rows), "a firm's sessions alone")


@case()
def orders_are_listed_and_counted(talk: Talk, names: Names) -> None:
    rows, result = talk.good("order.list")
    for row in rows:
        require_members(row, ORDER_SHAPE, "an order")
    require_members(result, {"orders": int, "truncated": bool}, "the end of order.list")
    require(result["orders"] == len(rows), f"{len(rows)} orders came, it says {result}")


@case()
def a_book_has_its_sides_in_order(talk: Talk, names: Names) -> None:
    for depth in (1, 128):
        _, book = talk.good("book.show", {"instrument": names.instrument, "depth": depth})
        shape = {"instrument": (names.instrument,), "bids": list, "asks": list, "truncated": bool}
        require_members(book, shape, "book.show")
        for side, sign in (("bids", -1), ("asks", 1)):
            levels = book[side]
            require(len(levels) <= depth, f"{side}: {len(levels)} levels, asked for {depth}")
            for level in levels:
                require_members(level, {"price": str, "qty": str, "orders": int}, side)
            prices = [sign * float(level["price"]) for level in levels]
            require(prices == sorted(set(prices)), f"{side}: best first, each price once: {levels}")


@case()
def a_name_that_is_not_there_has_its_code(talk: Talk, names: Names) -> None:
    why = {"reason": "conformance", "dry_run": True}
    asked = (
        ("session", "session.show", {"session": NOBODY}, {}),
        ("session", "session.disable", {"session": NOBODY}, why),
        ("session", "order.list", {"session": NOBODY}, {}),
        ("session", "kill.on", {"scope": "session", "name": NOBODY}, why),
        ("session", "notice.send", {"headline": "h", "sessions": [NOBODY]}, why),
        ("session", "tail", {"sessions": [NOBODY]}, {}),
        ("instrument", "book.show", {"instrument": NOBODY}, {}),
        ("instrument", "instrument.set_state", {"instruments": [NOBODY], "state": "halted"}, why),
        ("instrument", "order.list", {"instrument": NOBODY}, {}),
        ("account", "order.list", {"account": NOBODY}, {}),
        ("account", "kill.on", {"scope": "account", "name": NOBODY}, why),
        ("firm", "order.list", {"firm": NOBODY}, {}),
        ("firm", "session.list", {"firm": NOBODY}, {}),
        ("firm", "kill.off", {"scope": "firm", "name": NOBODY}, why),
        ("order", "order.cancel", {"order_id": "1"}, why),
    )
    with Tally() as tally:
        for sort, command, args, members in asked:
            tally.attempt(talk.refused, f"unknown_{sort}", command, args, **members)


@case()
def a_change_needs_a_reason_of_1_to_256_bytes(talk: Talk, names: Names) -> None:
    # Those that would do no harm if it were not asked for.
    state = {"instruments": [names.instrument], "state": names.instruments[0]["state"]}
    harmless = {
        "instrument.set_state": state,
        "kill.off": {"scope": "session", "name": names.session},
        "session.unlock": {"session": names.session},
    }
    with Tally() as tally:
        for command, args in harmless.items():
            tally.attempt(talk.refused, "reason_required", command, args)
            tally.attempt(talk.good, command, args, dry_run=True)
        command = "instrument.set_state"
        for reason in ("", "x" * 257, 7, ["x"]):
            tally.attempt(talk.refused, "bad_request", command, state, reason=reason, dry_run=True)
        for reason in ("x", "x" * 256):
            tally.attempt(talk.good, command, state, reason=reason, dry_run=True)


@case()
def a_reason_is_text_in_utf_8(talk: Talk, names: Names) -> None:
    args = {"instruments": [names.instrument], "state": "halted"}
    talk.good("instrument.set_state", args, reason="é" * 128, dry_run=True)
    talk.refused("bad_request", "instrument.set_state", args, reason="é" * 129, dry_run=True)


@case()
def a_dry_run_tells_and_changes_nothing(talk: Talk, names: Names) -> None:
    def everything() -> list:
        return [talk.good(c)[0] for c in ("session.list", "instrument.list", "kill.status")]

    before = everything()
    with Tally() as tally:
        for command, args in names.changes().items():
            tally.attempt(_dry, talk, command, args)
    require(everything() == before, "a dry run changed something")
    talk.refused("bad_request", "kill.on", {"scope": "venue"}, reason="x", dry_run="yes")


def _dry(talk: Talk, command: str, args: dict) -> None:
    _, last = talk.answer(talk.post(command, args, reason="conformance", dry_run=True))
    if not last["ok"]:
        stateful = command.startswith(("session.", "certificates."))
        good = stateful and last["error"]["code"] == "wrong_state"
        require(good, f"dry {command}: {last['error']}")
        return
    result = last["result"]
    good = "before" in result and "would" in result and "after" not in result
    require(good, f"dry {command} has before and would, not after: {result}")


@case()
def args_have_their_bounds_and_forms(talk: Talk, names: Names) -> None:
    why = {"reason": "conformance", "dry_run": True}
    session, instrument = {"session": names.session}, names.instrument
    head = {"headline": "h", "all": True}
    state = {"instruments": "*", "state": "halted"}
    scope = {"scope": "firm", "name": names.firm}
    bad = (
        ("book.show", {"instrument": instrument}, {"depth": (0, 129, "1", 1.5, True)}),
        ("order.list", {}, {"limit": (0, 1000001, "1")}),
        ("session.set_seq", session, {"next_out": (0, 2147483648, "1")}),
        ("session.set_seq", session, {"next_in": (0, 2147483648, "1")}),
        ("session.set_seq", {}, {"session": (names.session,)}),
        ("session.logout", session, {"text": ("", "x" * 257, "é", "a\nb")}),
        ("session.unlock", {}, {"session": (7,)}),
        ("session.unlock", session, {"address": ("192.0.2.1",)}),
        ("instrument.set_state", state, {"state": ("open", ""), "instruments": ("X", [], [7])}),
        ("notice.send", head, {"headline": ("", "x" * 129, "é"), "urgency": ("urgent",)}),
        ("notice.send", head, {"lines": (["x"] * 9, ["x" * 161], [""], "x")}),
        ("notice.send", head, {"firm": (names.firm,), "sessions": ([names.session],)}),
        ("notice.send", {}, {"headline": ("h",)}),
        ("kill.on", scope, {"scope": ("venue", "everyone"), "keep_resting": ("yes", 1)}),
        ("kill.on", {}, {"scope": ("firm", "account", "session")}),
        ("order.cancel", {}, {"order_id": (7,), "all": (False, "yes")}),
        ("order.cancel", session, {"order_id": ("1",), "firm": (names.firm,), "all": (True,)}),
    )
    empty = ("order.cancel", "session.unlock", "notice.send", "session.show", "kill.on")
    with Tally() as tally:
        for command, args, members in (*bad, *((command, {}, {}) for command in empty)):
            more = why if command in names.changes() else {}
            asked = [{**args, name: value} for name, values in members.items() for value in values]
            for one in asked or [args]:
                tally.attempt(talk.refused, "bad_request", command, one, **more)
    lines = {"lines": ["x" * 160] * 8, "urgency": "background"}
    talk.good("notice.send", {**head, **lines, "headline": "h" * 128}, **why)
    talk.good("order.list", {"limit": 1000000})


@case()
def a_tail_ends_when_something_else_is_asked(talk: Talk, names: Names) -> None:
    tail, stat = talk.post("tail", {"sessions": [names.session]}), talk.post("stat")
    while True:
        line = talk.read()
        require(line.get("id") in (tail, stat), f"an answer to {line.get('id')}")
        if line["id"] == stat:
            require(line.get("ok") is True, f"stat behind a tail: {line}")
            return


def _change(talk: Talk, command: str, args: dict) -> dict:
    _, result = talk.good(command, args, reason="conformance")
    require("before" in result and "after" in result, f"{command} has before and after: {result}")
    return result


@case(CHANGING)
def an_instrument_takes_its_states(talk: Talk, names: Names) -> None:
    was = names.instruments[0]["state"]
    for state in (*STATES, was):
        args = {"instruments": [names.instrument], "state": state}
        result = _change(talk, "instrument.set_state", args)
        require(result["after"] == {names.instrument: state}, f"after by name: {result}")
        found = {row["instrument"]: row["state"] for row in talk.good("instrument.list")[0]}
        require(found[names.instrument] == state, f"{state} was set, {found} is listed")
    again = _change(talk, "instrument.set_state", {"instruments": [names.instrument], "state": was})
    require(again["before"] == again["after"], f"the same state again changes nothing: {again}")


@case(CHANGING)
def a_switch_goes_on_and_off_and_each_once_more(talk: Talk, names: Names) -> None:
    scope = {"scope": "session", "name": names.session}
    for _ in range(2):
        result = _change(talk, "kill.on", {**scope, "keep_resting": True})
        require(type(result.get("canceled")) is int, f"kill.on has canceled: {result}")
    rows = [r for r in talk.good("kill.status")[0] if r.get("name") == names.session]
    require(len(rows) == 1, f"one switch, not {rows}")
    require_members(rows[0], KILL_SHAPE, "a kill switch")
    require(rows[0]["keep_resting"] and rows[0]["reason"] == "conformance", f"{rows[0]}")
    for _ in range(2):
        _change(talk, "kill.off", scope)
    require(not [r for r in talk.good("kill.status")[0] if r.get("name") == names.session], "off")


@case(CHANGING)
def a_session_is_disabled_and_enabled(talk: Talk, names: Names) -> None:
    args = {"session": names.session}
    for command in ("disable", "disable", "enable", "enable"):
        enabled = command == "enable"
        _change(talk, f"session.{command}", args)
        found = talk.good("session.show", args)[1]["enabled"]
        require(found is enabled, f"{command}: enabled is {found}")
    _change(talk, "session.unlock", args)


@case(CHANGING)
def numbers_are_set_while_a_session_is_out(talk: Talk, names: Names) -> None:
    if not names.is_out:
        talk.refused("wrong_state", "session.reset", {"session": names.session}, reason="x")
        return
    args = {"session": names.session}
    _change(talk, "session.set_seq", {**args, "next_out": 2147483647, "next_in": 2147483647})
    found = talk.good("session.show", args)[1]
    require((found["next_out"], found["next_in"]) == (2147483647,) * 2, f"numbers set: {found}")
    _change(talk, "session.reset", args)
    found = talk.good("session.show", args)[1]
    require((found["next_out"], found["next_in"]) == (1, 1), f"after a reset: {found}")


@case(CHANGING)
def a_notice_says_who_got_it(talk: Talk, names: Names) -> None:
    _, result = talk.good("notice.send", {"headline": "h", "all": True}, reason="conformance")
    require_members(result, {"sent": list, "logged_out": list}, "notice.send")
    everyone = {row["session"] for row in names.sessions}
    told = [*result["sent"], *result["logged_out"]]
    require(set(told) == everyone and len(told) == len(everyone), f"each once: {result}")


@case(CHANGING)
def a_cancel_of_all_leaves_none(talk: Talk, names: Names) -> None:
    open_orders = talk.good("order.list", {"limit": 1000000})[1]["orders"]
    _, result = talk.good("order.cancel", {"all": True}, reason="conformance")
    require(result.get("canceled") == open_orders, f"{open_orders} were open: {result}")
    require(talk.good("order.list")[1]["orders"] == 0, "none is left")
