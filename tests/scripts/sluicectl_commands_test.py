"""Tests of sluicectl's commands: what the venue is asked, what is printed, exit codes."""

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import unittest

from ctl_support import PATIENCE_S, PROGRAM, CtlTest, FakeTerminal
from sluicectl import show

TAIL_ROW = {
    "time": "2026-11-26T01:20:00.000000Z",
    "session": "CLIENT1",
    "direction": "in",
    "message": "8=FIX.4.4|9=5|35=A|34=7|49=CLIENT1|56=SLUICE|554=***|10=000|".replace("|", "\x01"),
    "dropped": 0,
}


class Requests(CtlTest):
    """The command line, and the request that PROTOCOL.md has for it."""

    def check(self, line: str, command: str, args: dict, change: bool = True):
        self.venue.requests.clear()
        more = ["--reason", "a test", "--yes"] if change else []
        self.good(*shlex.split(line), *more)
        sent = [r for r in self.venue.requests if r["command"] == command]
        self.assertEqual([r["args"] for r in sent], [args])
        self.assertEqual(sent[0].get("reason"), "a test" if change else None)
        self.assertNotIn("dry_run", sent[0])

    def look(self, line: str, command: str, args: dict):
        self.check(line, command, args, change=False)

    def test_looks(self):
        self.look("session list", "session.list", {})
        self.look("session list --firm ALPHA", "session.list", {"firm": "ALPHA"})
        self.look("session show CLIENT1", "session.show", {"session": "CLIENT1"})
        self.look("instrument list", "instrument.list", {})
        self.look("book show BTC-USDT", "book.show", {"instrument": "BTC-USDT"})
        args = {"instrument": "BTC-USDT", "depth": 3}
        self.look("book show BTC-USDT --depth 3", "book.show", args)
        self.look(
            "order list --session CLIENT1 --account ALPHA-1 --firm ALPHA --instrument BTC-USDT"
            " --limit 5",
            "order.list",
            {
                "session": "CLIENT1",
                "account": "ALPHA-1",
                "firm": "ALPHA",
                "instrument": "BTC-USDT",
                "limit": 5,
            },
        )
        self.look("kill status", "kill.status", {})
        self.look("stat", "stat", {})

    def test_changes_of_sessions(self):
        args = {"session": "CLIENT1", "text": "bye"}
        self.check("session logout CLIENT1 --text bye", "session.logout", args)
        self.check("session disconnect MAKER1", "session.disconnect", {"session": "MAKER1"})
        self.check("session disable CLIENT2", "session.disable", {"session": "CLIENT2"})
        self.check("session enable CLIENT2", "session.enable", {"session": "CLIENT2"})
        self.check("session reset CLIENT2", "session.reset", {"session": "CLIENT2"})
        self.check(
            "session set-seq CLIENT2 --next-out 9 --next-in 8",
            "session.set_seq",
            {"session": "CLIENT2", "next_out": 9, "next_in": 8},
        )
        self.check("session unlock CLIENT2", "session.unlock", {"session": "CLIENT2"})
        self.check("session unlock --address ::1", "session.unlock", {"address": "::1"})

    def test_states_of_instruments(self):
        states = {
            "halt": "halted",
            "resume": "continuous",
            "post-only": "post_only",
            "close-only": "close_only",
            "cancel-only": "cancel_only",
            "pre-open": "pre_open",
        }
        for word, state in states.items():
            args = {"instruments": ["BTC-USDT", "ETH-USDT"], "state": state}
            self.check(f"instrument {word} BTC-USDT ETH-USDT", "instrument.set_state", args)
            args = {"instruments": "*", "state": state}
            self.check(f"instrument {word} --all", "instrument.set_state", args)
            self.check(f"instrument {word} '*'", "instrument.set_state", args)

    def test_cancels(self):
        self.check("order cancel 1001", "order.cancel", {"order_id": "1001"})
        self.check(
            "order cancel --firm ALPHA --instrument ETH-USDT",
            "order.cancel",
            {"firm": "ALPHA", "instrument": "ETH-USDT"},
        )
        self.check("order cancel --all", "order.cancel", {"all": True})

    def test_kill_switches(self):
        self.check("kill on --venue", "kill.on", {"scope": "venue"})
        self.check(
            "kill on --firm ALPHA --keep-resting",
            "kill.on",
            {"scope": "firm", "name": "ALPHA", "keep_resting": True},
        )
        args = {"scope": "firm", "name": "ALPHA"}
        self.check("kill on --firm ALPHA --keep-resting=no", "kill.on", args)
        self.check("kill off --account MM-1", "kill.off", {"scope": "account", "name": "MM-1"})
        self.check("kill off --session MAKER1", "kill.off", {"scope": "session", "name": "MAKER1"})

    def test_notices(self):
        self.check(
            "notice send --session CLIENT1 --session MAKER1 --headline h --line a --line b"
            " --urgency flash",
            "notice.send",
            {
                "headline": "h",
                "lines": ["a", "b"],
                "urgency": "flash",
                "sessions": ["CLIENT1", "MAKER1"],
            },
        )
        self.check("notice send --all --headline h", "notice.send", {"headline": "h", "all": True})
        args = {"headline": "h", "firm": "ALPHA"}
        self.check("notice send --firm ALPHA --headline h", "notice.send", args)

    def test_certificates(self):
        self.check("certificates reload", "certificates.reload", {})


class Sets(CtlTest):
    def test_several_sessions_are_several_changes(self):
        self.good("session", "disable", "CLIENT1", "MAKER1", "--reason", "x", "--yes")
        wanted = [("session.disable", {"session": name}) for name in ("CLIENT1", "MAKER1")]
        self.assertEqual(self.venue.changes(), wanted)

    def test_all_means_those_that_it_concerns(self):
        self.good("session", "logout", "--all", "--text", "t", "--reason", "x", "--yes")
        wanted = [
            ("session.logout", {"session": name, "text": "t"}) for name in ("CLIENT1", "MAKER1")
        ]
        self.assertEqual(self.venue.changes(), wanted)

    def test_a_firm_means_its_own(self):
        self.good("session", "disable", "--firm", "MAKERS", "--reason", "x", "--yes")
        self.assertEqual(self.venue.changes(), [("session.disable", {"session": "MAKER1"})])
        self.good("session", "enable", "--all", "--reason", "x", "--yes")
        self.assertEqual(self.venue.changes()[1:], [("session.enable", {"session": "MAKER1"})])

    def test_nobody_concerned_is_nothing_to_do(self):
        ran = self.good("session", "enable", "--all", "--reason", "x", "--yes")
        self.assertIn("nothing to do", ran.err)
        self.assertEqual(self.venue.changes(), [])

    def test_a_session_that_went_meanwhile_is_passed_over(self):
        def fault(request, send):
            self.venue.state.log_out("CLIENT1")

        self.venue.faults["session.logout"] = fault
        ran = self.good("session", "logout", "--all", "--reason", "x", "--yes")
        self.assertIn("log out CLIENT1: wrong_state", ran.err)
        self.assertNotIn("CLIENT1", ran.out)
        self.assertIn("log out MAKER1", ran.out)

    def test_a_named_session_in_the_wrong_state_is_a_refusal(self):
        ran = self.ctl("session", "logout", "CLIENT2", "--reason", "x", "--yes")
        self.assertEqual(ran.code, 1)

    def test_the_list_of_instruments_can_be_narrowed(self):
        out = self.good("instrument", "list", "ETH-USDT").out
        self.assertIn("ETH-USDT", out)
        self.assertNotIn("BTC", out)
        self.assertEqual(len(self.good("instrument", "list", "*").out.splitlines()), 4)
        ran = self.ctl("instrument", "list", "ETH-USDT", "NO-SUCH")
        self.assertEqual(ran.code, 1)
        self.assertIn("no instrument NO-SUCH", ran.err)


class Printing(CtlTest):
    def test_a_table_is_aligned_with_numbers_to_the_right(self):
        rows = [
            {"name": "a", "size": 5, "price": "10.5", "note": None},
            {"name": "longer", "size": 1234, "price": "9", "note": "x y"},
        ]
        self.assertEqual(
            show.table(("name", "size", "price", "note", "unused"), rows),
            "name    size  price  note\na          5   10.5  -\nlonger  1234      9  x y",
        )

    def test_a_long_value_is_not_cut(self):
        self.assertIn("x" * 500, show.table(("a",), [{"a": "x" * 500}]))

    def test_a_change_shows_what_differs(self):
        before, after = {"a": 1, "b": {"c": "x"}}, {"a": 1, "b": {"c": "y"}, "d": True}
        result = {"before": before, "after": after}
        self.assertEqual(show.change(result), ["b.c: x -> y", "d: yes"])
        self.assertEqual(show.change({"before": {"a": 1}, "after": {"a": 1}}), ["nothing changes"])
        self.assertEqual(show.change({"before": "on", "would": "off"}), ["on -> off"])
        self.assertEqual(show.change({"canceled": 3}), ["canceled: 3"])
        sent = {"before": None, "after": {"sent": ["A"], "n": 1}, "sent": ["A"], "n": 2}
        self.assertEqual(show.change(sent), ["sent: A", "n: 1", "n: 2"])

    def test_json_is_one_object_a_line(self):
        lines = self.good("session", "list", "--json").out.splitlines()
        names = [json.loads(line)["session"] for line in lines]
        self.assertEqual(names, ["CLIENT1", "CLIENT2", "MAKER1"])
        one = json.loads(self.good("session", "show", "CLIENT1", "--json").out)
        self.assertEqual(one["next_in"], 12)
        ran = self.good("kill", "on", "--venue", "--reason", "x", "--yes", "--json")
        self.assertEqual(json.loads(ran.out)["canceled"], 4)
        both = ("CLIENT1", "CLIENT2")
        ran = self.good("session", "disable", *both, "--reason", "x", "--yes", "--json")
        found = [json.loads(line)["args"]["session"] for line in ran.out.splitlines()]
        self.assertEqual(found, ["CLIENT1", "CLIENT2"])

    def test_no_rows_are_said_to_be_none(self):
        self.assertEqual(self.good("kill", "status").out, "none\n")
        self.assertEqual(self.good("kill", "status", "--json").out, "")

    def test_a_list_that_is_cut_says_so_on_standard_error(self):
        for words in ((), ("--json",)):
            ran = self.good("order", "list", "--limit", "2", *words)
            self.assertIn("only 2 are shown, there are more: raise --limit", ran.err)
            self.assertNotIn("only", ran.out)
        self.assertEqual(self.good("order", "list", "--limit", "4").err, "")

    def test_a_book_has_its_best_prices_in_the_middle(self):
        self.venue.state.orders[0]["price"] = "59999"
        self.venue.state.orders.append(dict(self.venue.state.orders[2], price="60020"))
        lines = self.good("book", "show", "BTC-USDT").out.splitlines()
        levels = [line.split()[:2] for line in lines[1:]]
        asks, bids = [["ask", "60020"], ["ask", "60010"]], [["bid", "60000"], ["bid", "59999"]]
        self.assertEqual(levels, [*asks, *bids])

    def test_figures_have_dotted_names(self):
        self.assertRegex(self.good("stat").out, r"(?m)^drop_copy.seen +7$")
        lanes = {"lanes": [{"waiting": 5}, {"waiting": 6}], "names": ["a", "b"], "none": []}
        lines = [line.split(maxsplit=1) for line in show.record(lanes).splitlines()]
        wanted = [["lanes.0.waiting", "5"], ["lanes.1.waiting", "6"], ["names", "a, b"]]
        self.assertEqual(lines, [*wanted, ["none", "-"]])


class Refusals(CtlTest):
    def test_a_refusal_tells_field_and_what_is_expected(self):
        ran = self.ctl("book", "show", "NO-SUCH")
        self.assertEqual((ran.code, ran.out), (1, ""))
        self.assertIn("refused: unknown_instrument: no instrument 'NO-SUCH'; field: ", ran.err)
        self.assertIn("; field: instrument; ", ran.err)
        self.assertIn("expected: BTC-USDT, ETH-USDT", ran.err)

    def test_a_refusal_is_an_object_with_json(self):
        ran = self.ctl("book", "show", "NO-SUCH", "--json")
        error = json.loads(ran.err)
        self.assertEqual((error["exit_code"], error["error"]["field"]), (1, "instrument"))

    def test_a_change_without_a_reason_is_a_usage_error_and_not_sent(self):
        ran = self.ctl("kill", "on", "--venue", "--yes")
        self.assertEqual(ran.code, 2)
        self.assertIn('add --reason "why"', ran.err)
        self.assertIn("see 'sluicectl help kill on'", ran.err)
        self.assertEqual(self.venue.requests, [])


class ScopedRole(CtlTest):
    role, firm = "risk", "ALPHA"

    def test_the_venue_decides_what_exists(self):
        self.assertNotIn("MAKER1", self.good("session", "list").out)
        self.assertIn("unknown_session", self.ctl("session", "show", "MAKER1").err)
        ran = self.ctl("kill", "on", "--venue", "--reason", "x", "--yes")
        self.assertEqual(ran.code, 1)
        self.assertIn("not_allowed", ran.err)


class Confirmation(CtlTest):
    WORDS = ("kill", "on", "--firm", "ALPHA", "--reason", "limit")

    def test_yes_does_what_was_shown(self):
        ran = self.good(*self.WORDS, terminal=FakeTerminal(True))
        self.assertEqual([r.get("dry_run") for r in self.venue.requests], [True, None])
        self.assertIn('On venue SLUICE, as root (supervisor), because "limit":', ran.err)
        self.assertIn("refuse new orders of firm ALPHA; its resting orders are cancelled", ran.err)
        self.assertIn("canceled: 2", ran.err)
        self.assertEqual(len(self.venue.state.kills), 1)

    def test_no_does_nothing(self):
        ran = self.ctl(*self.WORDS, terminal=FakeTerminal(False))
        self.assertEqual((ran.code, ran.out), (4, ""))
        self.assertEqual(self.venue.changes(), [])

    def test_what_the_venue_would_refuse_is_not_even_asked_for(self):
        terminal = FakeTerminal(True)
        ran = self.ctl("session", "reset", "CLIENT1", "--reason", "x", terminal=terminal)
        self.assertEqual((ran.code, terminal.questions), (1, []))

    def test_without_a_terminal_nothing_is_even_sent(self):
        ran = self.ctl(*self.WORDS)
        self.assertEqual(ran.code, 4)
        self.assertIn("add --yes", ran.err)
        self.assertEqual(self.venue.requests, [])

    def test_a_dry_run_tells_and_does_nothing(self):
        ran = self.good(*self.WORDS, "--dry-run")
        self.assertIn("would refuse new orders of firm ALPHA", ran.out)
        self.assertIn("canceled: 2", ran.out)
        self.assertEqual(self.venue.changes(), [])
        self.assertEqual(self.venue.state.kills, [])

    def test_a_look_is_not_asked_about(self):
        terminal = FakeTerminal(False)
        self.good("session", "list", terminal=terminal)
        self.assertEqual(terminal.questions, [])

    def answer_on_a_terminal(self, answer: bytes) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        child = self.process(*self.WORDS, stdin=theirs)
        os.close(theirs)
        os.write(ours, answer)
        _, err = child.communicate(timeout=PATIENCE_S)
        return child.returncode, err

    def test_a_person_at_a_terminal_is_asked(self):
        code, err = self.answer_on_a_terminal(b"y\n")
        self.assertEqual(code, 0, err)
        self.assertIn("Do it? [y/N]", err)
        self.assertEqual(len(self.venue.changes()), 1)

    def test_anything_but_yes_is_no(self):
        for answer in (b"\n", b"n\n", b"yep\n", b"\x04"):
            self.assertEqual(self.answer_on_a_terminal(answer)[0], 4)
        self.assertEqual(self.venue.changes(), [])


class Tail(CtlTest):
    def setUp(self):
        super().setUp()
        names = ("CLIENT1", "MAKER1", "CLIENT1")
        self.venue.tail_rows = [dict(TAIL_ROW, session=name) for name in names]

    def test_messages_are_one_line_each(self):
        out = self.good("tail", "--count", "3").out
        self.assertEqual(len(out.splitlines()), 3)
        first = "2026-11-26T01:20:00.000000Z  CLIENT1 -> 8=FIX.4.4|9=5|35=A|"
        self.assertTrue(out.startswith(first), out)

    def test_sessions_can_be_chosen(self):
        self.good("tail", "--count", "2", "CLIENT1")
        self.assertEqual(self.venue.requests[-1]["args"], {"sessions": ["CLIENT1"]})

    def test_decoding_names_fields_though_masked_messages_have_wrong_sums(self):
        out = self.good("tail", "--decode", "--count", "1").out
        self.assertIn("CLIENT1 → SLUICE  Logon(A)  34=7", out)
        self.assertIn("Password(554)=***", out)

    def test_what_cannot_be_decoded_is_shown_as_it_is(self):
        self.venue.tail_rows = [dict(TAIL_ROW, message="garbage \x1b[2J é\u20ac")]
        out = self.good("tail", "--decode", "--count", "1").out
        self.assertIn("garbage \\x1b[2J é€  (not decoded: no tag", out)

    def test_dropped_messages_are_told_on_standard_error(self):
        for row, dropped in zip(self.venue.tail_rows, (17, 17, 20)):
            row["dropped"] = dropped
        said = self.good("tail", "--count", "3").err.splitlines()
        wanted = "sluicectl: %d messages came faster than they were read"
        self.assertEqual(said, [wanted % 17, wanted % 3])

    def test_json_gives_the_rows(self):
        out = self.good("tail", "--count", "1", "--json").out
        self.assertEqual(json.loads(out), TAIL_ROW)

    def test_an_unknown_session_is_refused(self):
        self.assertEqual(self.ctl("tail", "NO-SUCH").code, 1)

    def test_ctrl_c_ends_it_with_zero(self):
        child = self.process("tail")
        for _ in range(3):
            child.stdout.readline()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=PATIENCE_S)
        self.assertEqual((child.returncode, out, err), (0, "", ""))


class Processes(CtlTest):
    def test_a_broken_pipe_is_quiet(self):
        self.venue.state.orders *= 400
        for words in ((), ("--json",)):
            child = self.process("order", "list", "--limit", "1000000", *words)
            child.stdout.read(10)
            child.stdout.close()
            self.assertEqual(child.stderr.read(), "")
            self.assertEqual(child.wait(PATIENCE_S), 141)

    def test_ctrl_c_while_waiting_for_an_answer_ends_with_130(self):
        self.venue.faults["stat"] = lambda request, send: True
        child = self.process("stat")
        self.wait_for(lambda: len(self.venue.requests) == 1, "the request")
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=PATIENCE_S)
        self.assertEqual((child.returncode, out, err), (130, "", "sluicectl: interrupted\n"))

    def test_the_environment_names_the_socket_and_the_option_wins(self):
        child = self.process("stat")
        self.assertIn("engine.seen", child.communicate(timeout=PATIENCE_S)[0])
        child = self.process("stat", "--socket", str(self.folder / "none"))
        self.assertIn("none", child.communicate(timeout=PATIENCE_S)[1])
        self.assertEqual(child.returncode, 3)

    def test_it_runs_from_anywhere_and_in_a_plain_locale(self):
        self.venue.tail_rows = [TAIL_ROW]
        plain = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        words = ("--socket", self.venue.path, "tail", "--decode", "--count", "1")
        ran = subprocess.run(
            [sys.executable, str(PROGRAM), *words],
            env={**plain, "PATH": os.environ["PATH"]},
            cwd="/",
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        self.assertEqual((ran.returncode, ran.stderr), (0, b""))
        self.assertIn(b"Logon(A)", ran.stdout)

    def test_version_and_help_need_no_venue(self):
        self.venue.stop()
        self.assertIn("admin protocol 1", self.good("--version").out)
        self.assertIn("usage: sluicectl", self.good("--help").out)
        self.assertIn("usage: sluicectl kill on", self.good("kill", "on", "-h").out)
        self.assertIn("commands of 'kill'", self.good("kill", "--help").out)


if __name__ == "__main__":
    unittest.main()
