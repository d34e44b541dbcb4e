"""The state of the fake venue and its commands, as gateway/admin/PROTOCOL.md has them."""

import time
from collections.abc import Callable
from decimal import Decimal


class Error(Exception):
    def __init__(self, code: str, message: str, field: str | None = None, expected=None):
        super().__init__(message)
        self.body = {"code": code, "message": message}
        if field is not None:
            self.body["field"] = field
        if expected is not None:
            self.body["expected"] = expected


# How much each state takes: risk may only go down.
STATES = ("halted", "cancel_only", "close_only", "pre_open", "post_only", "continuous")
INSTRUMENTS = ("BTC-USDT", "ETH-USDT", "BTC-USDT-PERP")
SINCE = "2026-11-26T01:20:00.000000Z"


def session(name: str, firm: str, state: str = "logged_on") -> dict:
    on = state == "logged_on"
    return {
        "session": name,
        "role": "order_entry",
        "firm": firm,
        "state": state,
        "enabled": True,
        "address": "127.0.0.1:40001" if on else None,
        "since": SINCE if on else None,
        "next_out": 17,
        "next_in": 12,
        "unsent_bytes": 0,
        "in_flight": 0,
        "owed": False,
        "resend_waits": False,
    }


def order(order_id: int, owner: tuple[str, str, str], instrument: str, side: str, price: str):
    name, account, firm = owner
    return {
        "order_id": str(order_id),
        "clordid": f"c-{order_id}",
        "session": name,
        "account": account,
        "firm": firm,
        "instrument": instrument,
        "side": side,
        "ord_type": "limit",
        "time_in_force": "good_till_cancel",
        "price": price,
        "qty": "0.2",
        "filled": "0",
        "leaves": "0.2",
    }


class State:
    """Everything of the venue. One thread at a time calls it."""

    def __init__(self):
        self.sessions = {
            name: session(name, firm, state)
            for name, firm, state in (
                ("CLIENT1", "ALPHA", "logged_on"),
                ("CLIENT2", "ALPHA", "logged_out"),
                ("MAKER1", "MAKERS", "logged_on"),
            )
        }
        self.accounts = {"ALPHA-1": "ALPHA", "ALPHA-2": "ALPHA", "MM-1": "MAKERS"}
        self.instruments = {
            name: {
                "instrument": name,
                "security_type": kind,
                "state": "continuous",
                "tick_size": "0.01",
                "lot_size": "0.00001",
            }
            for name, kind in zip(INSTRUMENTS, ("SPOT", "SPOT", "PERP"))
        }
        self.orders = [
            order(1001, ("CLIENT1", "ALPHA-1", "ALPHA"), "BTC-USDT", "buy", "60000"),
            order(1002, ("CLIENT1", "ALPHA-2", "ALPHA"), "ETH-USDT", "sell", "3000.5"),
            order(1003, ("MAKER1", "MM-1", "MAKERS"), "BTC-USDT", "sell", "60010"),
            order(1004, ("MAKER1", "MM-1", "MAKERS"), "BTC-USDT", "buy", "60000"),
        ]
        self.kills: list[dict] = []
        self.notices: list[dict] = []
        # Changes of state that come by themselves: when, and what.
        self._later: list[tuple[float, Callable[[], None]]] = []
        self.leaving_s = 0.02

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._later.append((time.monotonic() + seconds, act))

    def settle(self) -> None:
        due = [entry for entry in self._later if entry[0] <= time.monotonic()]
        self._later = [entry for entry in self._later if entry not in due]
        for _, act in due:
            act()

    def log_on(self, name: str) -> None:
        self.sessions[name] |= {"state": "logged_on", "address": "127.0.0.1:40002", "since": SINCE}

    def log_out(self, name: str) -> None:
        self.sessions[name] |= {"state": "logged_out", "address": None, "since": None}


class Commands:
    """One request's view of the state: the role's firm decides what exists."""

    def __init__(self, state: State, firm: str | None, user: str):
        self.state = state
        self.firm = firm
        self.user = user

    def _sessions(self, args: dict) -> list[dict]:
        if "firm" in args:
            self._known_firm(args["firm"])
        found = [s for s in self.state.sessions.values() if self.firm in (None, s["firm"])]
        return [s for s in found if args.get("firm") in (None, s["firm"])]

    def _session(self, name: str, field: str = "session") -> dict:
        found = self.state.sessions.get(name)
        if found is None or self.firm not in (None, found["firm"]):
            raise Error("unknown_session", f"no session '{name}'", field, "a name of session.list")
        return found

    def _known_firm(self, name: str) -> None:
        firms = {s["firm"] for s in self.state.sessions.values()}
        if name not in firms or self.firm not in (None, name):
            raise Error("unknown_firm", f"no firm '{name}'", "firm", "a firm of venue.toml")

    def _known_account(self, name: str) -> None:
        firm = self.state.accounts.get(name)
        if firm is None or self.firm not in (None, firm):
            raise Error("unknown_account", f"no account '{name}'", "account", "one of venue.toml")

    def _instrument(self, name: str, field: str = "instrument") -> dict:
        if name not in self.state.instruments:
            expected = ", ".join(self.state.instruments)
            raise Error("unknown_instrument", f"no instrument '{name}'", field, expected)
        return self.state.instruments[name]

    def _whole_venue(self, what: str) -> None:
        if self.firm is not None:
            raise Error("not_allowed", f"{what} concerns the venue; your role is of {self.firm}")

    # Commands: each returns rows, result and, for a change, what carries it out.

    def session_list(self, args):
        return self._sessions(args), {}, None

    def session_show(self, args):
        return [], dict(self._session(args["session"])), None

    def _connected(self, name: str) -> dict:
        found = self._session(name)
        if found["state"] == "logged_out":
            raise Error("wrong_state", f"{name} is logged out", "session", "a session that is on")
        return found

    def session_logout(self, args):
        found = self._connected(args["session"])

        def act():
            found["state"] = "leaving"
            self.state.later(self.state.leaving_s, lambda: self.state.log_out(args["session"]))

        return [], _change({"state": found["state"]}, {"state": "leaving"}), act

    def session_disconnect(self, args):
        found = self._connected(args["session"])
        change = _change({"state": found["state"]}, {"state": "logged_out"})
        return [], change, lambda: self.state.log_out(args["session"])

    def session_enable(self, args):
        found = self._session(args["session"])
        change = _change({"enabled": found["enabled"]}, {"enabled": True})
        return [], change, lambda: found.update(enabled=True)

    def session_disable(self, args):
        found = self._session(args["session"])

        def act():
            found["enabled"] = False
            self.state.log_out(args["session"])

        return [], _change({"enabled": found["enabled"]}, {"enabled": False}), act

    def _logged_out(self, name: str) -> dict:
        found = self._session(name)
        if found["state"] != "logged_out":
            raise Error("wrong_state", f"{name} is {found['state']}", "session", "a logged out one")
        return found

    def session_reset(self, args):
        found = self._logged_out(args["session"])
        before = {"next_out": found["next_out"], "next_in": found["next_in"]}
        after = {"next_out": 1, "next_in": 1}
        return [], _change(before, after), lambda: found.update(after)

    def session_set_seq(self, args):
        after = {key: args[key] for key in ("next_out", "next_in") if key in args}
        if not after:
            raise Error("bad_request", "neither next_out nor next_in", "args")
        found = self._logged_out(args["session"])
        if after.get("next_out", found["next_out"]) < found["next_out"]:
            raise Error("wrong_state", "below what was sent", "next_out", f">= {found['next_out']}")
        return [], _change({k: found[k] for k in after}, after), lambda: found.update(after)

    def session_locks(self, args):
        rows = [
            {"comp_id": name, "address": "192.0.2.7", "failures": 10, "remaining_s": None}
            for name, session in self.state.sessions.items()
            if session.get("locked")
        ]
        return rows, {"locks": len(rows), "truncated": False}, None

    def session_unlock(self, args):
        if len(args) != 1:
            raise Error("bad_request", "one of session and address", "args")
        if "address" in args:
            return [], _change({}, {}), lambda: None
        found = self._session(args["session"])
        change = _change({"locked": found.get("locked", False)}, {"locked": False})
        return [], change, lambda: found.pop("locked", None)

    def instrument_list(self, args):
        return list(self.state.instruments.values()), {}, None

    def instrument_set_state(self, args):
        self._whole_venue("an instrument's state")
        names = args["instruments"]
        names = list(self.state.instruments) if names == "*" else names
        found = [self._instrument(name, "instruments") for name in names]
        before = {i["instrument"]: i["state"] for i in found}
        after = dict.fromkeys(before, args["state"])

        def act():
            for one in found:
                one["state"] = args["state"]

        return [], _change(before, after), act

    def _checks(self) -> dict:
        """What makes sure that a name exists, by its kind."""
        return {
            "session": self._session,
            "account": self._known_account,
            "firm": self._known_firm,
        }

    def _orders(self, args: dict) -> list[dict]:
        checks = self._checks()
        keys = [key for key in (*checks, "instrument") if key in args]
        for key in keys:
            checks.get(key, self._instrument)(args[key])
        mine = [o for o in self.state.orders if self.firm in (None, o["firm"])]
        return [o for o in mine if all(o[key] == args[key] for key in keys)]

    def order_list(self, args):
        found = self._orders(args)
        rows = found[: args.get("limit", 1000)]
        return rows, {"orders": len(rows), "truncated": len(rows) < len(found)}, None

    def order_cancel(self, args):
        if "order_id" in args:
            found = [o for o in self._orders({}) if o["order_id"] == args["order_id"]]
            if len(args) != 1:
                raise Error("bad_request", "order_id stands alone", "args")
            if not found:
                raise Error("unknown_order", f"no order {args['order_id']}", "order_id")
        else:
            if sum(key in args for key in ("session", "account", "firm", "all")) > 1 or not args:
                raise Error("bad_request", "one of session, account, firm, all", "args")
            if args.get("all"):
                self._whole_venue("every order")
            found = self._orders(args)
        result = {**_change({"open": len(found)}, {"open": 0}), "canceled": len(found)}
        return [], result, lambda: self._remove(found)

    def _remove(self, found: list[dict]) -> None:
        self.state.orders = [o for o in self.state.orders if o not in found]

    def book_show(self, args):
        self._instrument(args["instrument"])
        book = {"instrument": args["instrument"], "truncated": False}
        for key, side, reverse in (("bids", "buy", True), ("asks", "sell", False)):
            levels: dict[str, list] = {}
            for o in self.state.orders:
                if o["instrument"] == args["instrument"] and o["side"] == side:
                    levels.setdefault(o["price"], []).append(Decimal(o["leaves"]))
            prices = sorted(levels, key=Decimal, reverse=reverse)[: args.get("depth", 10)]
            book[key] = [
                {"price": p, "qty": str(sum(levels[p])), "orders": len(levels[p])} for p in prices
            ]
        return [], book, None

    def _scope(self, args: dict) -> dict:
        scope = args["scope"]
        if scope == "venue":
            self._whole_venue("the venue's kill switch")
            if "name" in args:
                raise Error("bad_request", "the venue has no name here", "name", "absent")
            return {}
        if "name" not in args:
            raise Error("bad_request", f"which {scope}?", "name", f"a {scope}")
        self._checks()[scope](args["name"])
        return {scope: args["name"]}

    def _switch(self, args: dict) -> dict | None:
        name = args.get("name")
        same = (k for k in self.state.kills if (k["scope"], k["name"]) == (args["scope"], name))
        return next(same, None)

    def kill_on(self, args):
        chosen = self._scope(args)
        keep = args.get("keep_resting", False)
        found = [] if keep else self._orders(chosen)
        was = self._switch(args)
        row = {
            "scope": args["scope"],
            "name": args.get("name"),
            "keep_resting": keep,
            "since": SINCE,
            "user": self.user,
            "reason": "",
        }

        def act():
            if was is not None:
                self.state.kills.remove(was)
            self.state.kills.append(row)
            self._remove(found)

        return [], {**_change({"on": was is not None}, {"on": True}), "canceled": len(found)}, act

    def kill_off(self, args):
        self._scope(args)
        was = self._switch(args)

        def act():
            if was is not None:
                self.state.kills.remove(was)

        return [], _change({"on": was is not None}, {"on": False}), act

    def kill_status(self, args):
        return list(self.state.kills), {}, None

    def notice_send(self, args):
        if sum(key in args for key in ("sessions", "firm", "all")) != 1:
            raise Error("bad_request", "one of sessions, firm, all", "args")
        if args.get("all"):
            self._whole_venue("a notice to all")
        if "sessions" in args:
            found = [self._session(name, "sessions") for name in args["sessions"]]
        else:
            found = self._sessions(args)
        on = [s["session"] for s in found if s["state"] == "logged_on"]
        off = [s["session"] for s in found if s["state"] != "logged_on"]
        result = {**_change({}, {}), "sent": on, "logged_out": off}
        return [], result, lambda: self.state.notices.append(args)

    def stat(self, args):
        groups = ("engine", "edge", "orders", "log", "drop_copy", "threads")
        return [], {group: {"seen": 7} for group in groups}, None

    def certificates_reload(self, args):
        self._whole_venue("the certificates")
        return [], _change({}, {}), lambda: None


def _change(before: dict, after: dict) -> dict:
    return {"before": before, "after": after}
