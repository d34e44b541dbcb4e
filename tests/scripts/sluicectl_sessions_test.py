"""Tests of the shipped scripts in scripts/sessions, each run whole against the fake venue."""

import re
import unittest
from pathlib import Path

from ctl_support import ROOT, CtlTest, Ran

SESSIONS = ROOT / "scripts" / "sessions"
QUICK = ("--set", "EVERY=5ms")


class Shipped(CtlTest):
    def script(self, name: str, *words: str) -> Ran:
        self.transcript = str(self.folder / f"{name}.transcript")
        return self.ctl("run", name, "--yes", "--transcript", self.transcript, *QUICK, *words)

    def changes(self) -> list[str]:
        """What was done, each as one text."""
        return [
            " ".join([command, *(str(v) for v in args.values() if not isinstance(v, list))])
            for command, args in self.venue.changes()
        ]

    def headlines(self) -> list[str]:
        return [notice["headline"] for notice in self.venue.state.notices]

    def states(self) -> set[str]:
        return {i["state"] for i in self.venue.state.instruments.values()}


class IncidentHalt(Shipped):
    GIVEN = ("--set", "INCIDENT=7", "--set", "TELL=We look into it.")

    def test_everything_is_halted_before_anything_else_and_everybody_told(self):
        ran = self.good_script(*self.GIVEN)
        self.assertEqual(self.states(), {"halted"})
        self.assertEqual(self.changes()[0], "instrument.set_state * halted")
        self.assertEqual(self.headlines(), ["Trading is halted: incident 7"])
        self.assertEqual(self.venue.state.notices[0]["lines"][0], "We look into it.")
        self.assertEqual(self.venue.state.kills, [])
        self.assertEqual(len(self.venue.state.orders), 4)
        self.assertIn("halted", ran.out)

    def good_script(self, *words: str) -> Ran:
        ran = self.script("incident-halt", *words)
        self.assertEqual(ran.code, 0, ran.err)
        return ran

    def test_chosen_instruments_and_firms(self):
        self.good_script(
            *self.GIVEN,
            *("--set", "INSTRUMENTS=BTC-USDT ETH-USDT", "--set", "KILL_FIRMS=ALPHA"),
            *("--set", "KILL_FIRMS_KEEP_RESTING=MAKERS", "--set", "KILL_VENUE=yes"),
        )
        self.assertEqual(self.venue.state.instruments["BTC-USDT-PERP"]["state"], "continuous")
        self.assertEqual(self.venue.state.instruments["ETH-USDT"]["state"], "halted")
        switches = {(k["scope"], k["name"]): k["keep_resting"] for k in self.venue.state.kills}
        wanted = {("firm", "ALPHA"): False, ("firm", "MAKERS"): True, ("venue", None): True}
        self.assertEqual(switches, wanted)
        self.assertEqual({o["firm"] for o in self.venue.state.orders}, {"MAKERS"})

    def test_it_can_be_run_again(self):
        self.good_script(*self.GIVEN)
        Path(self.transcript).unlink()
        self.good_script(*self.GIVEN, "--set", "KILL_FIRMS=ALPHA")

    def test_a_wrong_name_stops_it_before_anything_is_halted(self):
        ran = self.script("incident-halt", *self.GIVEN, "--set", "KILL_FIRMS=ALFA")
        self.assertEqual(ran.code, 1)
        self.assertEqual(self.states(), {"continuous"})

    def test_commands_that_stay_in_flight_are_told_after_all_is_done(self):
        self.venue.state.sessions["CLIENT1"]["in_flight"] = 2
        ran = self.script("incident-halt", *self.GIVEN, "--set", "DRAIN=20ms")
        self.assertEqual(ran.code, 5)
        self.assertIn("in_flight is 2 (CLIENT1)", ran.err)
        self.assertEqual(len(self.headlines()), 1)


class MaintenanceWindow(Shipped):
    GIVEN = (
        *("--set", "WINDOW=02:00 to 02:30 UTC", "--set", "COUNTDOWN=600 540 60"),
        *("--set", "COUNTDOWN_STEP=1ms", "--set", "CANCEL_ONLY_FOR=1ms"),
        *("--set", "POST_ONLY_FOR=1ms"),
    )

    def first_half(self, *words: str) -> Ran:
        return self.script("maintenance-window", *self.GIVEN, *words)

    def second_half(self) -> Ran:
        return self.ctl("run", "maintenance-window", "--yes", "--resume", self.transcript)

    def test_it_counts_down_halts_empties_the_house_and_pauses(self):
        sessions = self.venue.state.sessions
        sessions["CLIENT1"]["in_flight"] = 3
        self.venue.state.later(0.08, lambda: sessions["CLIENT1"].update(in_flight=0))
        ran = self.first_half()
        self.assertEqual(ran.code, 7, ran.err)
        what = "Maintenance 02:00 to 02:30 UTC"
        wanted = [f"{what}: trading halts in {s} seconds" for s in (600, 540, 60)]
        self.assertEqual(self.headlines()[:3], wanted)
        changes = [c for c in self.changes() if not c.startswith("notice.send")]
        logouts = [f"session.logout {name} {what}" for name in ("CLIENT1", "MAKER1")]
        self.assertEqual(changes, ["instrument.set_state * halted", *logouts])
        self.assertEqual({s["state"] for s in sessions.values()}, {"logged_out"})
        self.assertEqual(self.states(), {"halted"})

    def test_it_comes_back_in_steps(self):
        self.assertEqual(self.first_half().code, 7)
        self.venue.requests.clear()
        self.venue.state.notices.clear()
        ran = self.second_half()
        self.assertEqual(ran.code, 0, ran.err)
        steps = [c.split()[-1] for c in self.changes() if c.startswith("instrument.set_state")]
        self.assertEqual(steps, ["cancel_only", "post_only", "continuous"])
        self.assertEqual(self.headlines()[-1], "Trading is open")

    def test_it_comes_back_though_the_venue_was_restarted_meanwhile(self):
        self.assertEqual(self.first_half().code, 7)
        self.venue.stop()
        self.assertEqual(self.second_half().code, 3)
        self.venue.start()
        self.assertEqual(self.second_half().code, 0)
        self.assertEqual(self.states(), {"continuous"})

    def test_sessions_that_must_stay_out_are_disabled_for_the_time(self):
        keep = ("--set", "KEEP_OUT=MAKER1")
        self.assertEqual(self.first_half(*keep).code, 7)
        self.assertFalse(self.venue.state.sessions["MAKER1"]["enabled"])
        self.assertTrue(self.venue.state.sessions["CLIENT1"]["enabled"])
        self.assertEqual(self.second_half().code, 0)
        self.assertTrue(self.venue.state.sessions["MAKER1"]["enabled"])

    def test_a_session_that_is_disabled_already_cannot_be_one_of_them(self):
        self.venue.state.sessions["MAKER1"]["enabled"] = False
        self.assertEqual(self.first_half("--set", "KEEP_OUT=MAKER1").code, 5)
        self.assertEqual(self.venue.changes(), [])

    def test_commands_in_flight_hold_up_the_logouts(self):
        self.venue.state.sessions["CLIENT1"]["in_flight"] = 1
        self.assertEqual(self.first_half("--set", "DRAIN=20ms").code, 5)
        self.assertEqual(self.venue.state.sessions["CLIENT1"]["state"], "logged_on")
        self.assertEqual(self.states(), {"halted"})

    def test_a_forgotten_kill_switch_stops_it_before_the_countdown(self):
        self.good("kill", "on", "--venue", "--reason", "x", "--yes")
        self.assertEqual(self.first_half().code, 5)
        self.assertEqual(self.headlines(), [])


class FirmOnboarding(Shipped):
    GIVEN = ("--set", "FIRM=ALPHA", "--set", "SESSIONS=CLIENT1 CLIENT2")

    def setUp(self):
        super().setUp()
        for name in ("CLIENT1", "CLIENT2"):
            self.venue.state.log_out(name)
            self.venue.state.sessions[name] |= {"enabled": False, "locked": True}
        self.good("kill", "on", "--firm", "ALPHA", "--keep-resting", "--reason", "x", "--yes")
        self.venue.requests.clear()

    def let_them_log_on(self):
        """A client's program that tries again and again, and gets in once it is enabled."""
        for name in ("CLIENT1", "CLIENT2"):
            if self.venue.state.sessions[name]["enabled"]:
                self.venue.state.log_on(name)
        self.venue.state.later(0.01, self.let_them_log_on)

    def test_sessions_are_enabled_the_switch_lifted_and_everybody_welcomed(self):
        self.let_them_log_on()
        ran = self.script("firm-onboarding", *self.GIVEN, "--set", "LOGON_WITHIN=20s")
        self.assertEqual(ran.code, 0, ran.err)
        for name in ("CLIENT1", "CLIENT2"):
            session = self.venue.state.sessions[name]
            self.assertTrue(session["enabled"])
            self.assertNotIn("locked", session)
            self.assertEqual(session["next_in"], 12)
        self.assertEqual(self.venue.state.kills, [])
        told = [notice["sessions"] for notice in self.venue.state.notices]
        self.assertEqual(told, [["CLIENT1"], ["CLIENT2"]])

    def test_numbers_begin_anew_when_that_was_agreed(self):
        self.let_them_log_on()
        ran = self.script("firm-onboarding", *self.GIVEN, "--set", "FRESH_NUMBERS=yes")
        self.assertEqual(ran.code, 0, ran.err)
        self.assertEqual(self.venue.state.sessions["CLIENT2"]["next_in"], 1)
        order = [c.split()[0] for c in self.changes()]
        self.assertLess(order.index("session.reset"), order.index("session.enable"))

    def test_a_session_of_another_firm_stops_it_before_anything_changes(self):
        given = ("--set", "FIRM=ALPHA", "--set", "SESSIONS=CLIENT1 MAKER1")
        ran = self.script("firm-onboarding", *given)
        self.assertEqual(ran.code, 5)
        self.assertIn("firm is MAKERS", ran.err)
        self.assertEqual(self.venue.changes(), [])

    def test_a_client_that_does_not_come_is_told(self):
        ran = self.script("firm-onboarding", *self.GIVEN, "--set", "LOGON_WITHIN=20ms")
        self.assertEqual(ran.code, 5)
        self.assertIn("state is logged_out", ran.err)


class StartOfWeek(Shipped):
    def test_with_everything_in_order_it_changes_nothing(self):
        ran = self.script("start-of-week")
        self.assertEqual(ran.code, 0, ran.err)
        self.assertEqual(self.venue.changes(), [])

    def test_chosen_sessions_begin_with_one(self):
        ran = self.script("start-of-week", "--set", "RESET=CLIENT1 MAKER1", "--set", "NOTICE=1ms")
        self.assertEqual(ran.code, 0, ran.err)
        sessions = self.venue.state.sessions
        numbers = {n: (s["next_out"], s["next_in"], s["enabled"]) for n, s in sessions.items()}
        fresh = (1, 1, True)
        self.assertEqual(numbers, {"CLIENT1": fresh, "CLIENT2": (17, 12, True), "MAKER1": fresh})
        self.assertEqual(len(self.headlines()), 2)

    def test_owed_reports_stop_it_before_they_are_lost(self):
        self.venue.state.sessions["CLIENT1"]["owed"] = True
        ran = self.script("start-of-week", "--set", "RESET=CLIENT1", "--set", "NOTICE=1ms")
        self.assertEqual(ran.code, 5)
        self.assertEqual(self.venue.state.sessions["CLIENT1"]["next_out"], 17)

    def test_what_is_closed_is_opened_in_steps(self):
        self.good("instrument", "cancel-only", "ETH-USDT", "--reason", "x", "--yes")
        self.assertEqual(self.script("start-of-week").code, 5)
        Path(self.transcript).unlink()
        ran = self.script("start-of-week", "--set", "OPEN=ETH-USDT", "--set", "POST_ONLY_FOR=1ms")
        self.assertEqual(ran.code, 0, ran.err)
        changes = [args["state"] for _, args in self.venue.changes()]
        self.assertEqual(changes[-2:], ["post_only", "continuous"])

    def test_a_forgotten_kill_switch_stops_it(self):
        self.good("kill", "on", "--venue", "--reason", "x", "--yes")
        self.assertEqual(self.script("start-of-week").code, 5)
        Path(self.transcript).unlink()
        self.assertEqual(self.script("start-of-week", "--set", "KILLS=1").code, 0)


class All(unittest.TestCase):
    def scripts(self) -> list[Path]:
        found = [p for p in SESSIONS.iterdir() if p.suffix == ""]
        self.assertEqual(len(found), 4)
        return found

    def test_each_is_named_on_the_page_with_what_it_needs(self):
        page = (SESSIONS / "README.md").read_text()
        for path in self.scripts():
            row = re.search(rf"(?m)^\| `{path.name}` .*", page)
            self.assertIsNotNone(row, path.name)
            for name in re.findall(r"(?m)^require (\w+)", path.read_text()):
                self.assertIn(f"`{name}`", row[0])

    def test_lines_stay_within_the_columns(self):
        for path in self.scripts():
            self.assertLessEqual(max(map(len, path.read_text().splitlines())), 100)


if __name__ == "__main__":
    unittest.main()
