"""Tests of `sluicectl run`: checking, planning, running, stopping, and the transcript."""

import json
import os
import re
import signal
import stat
import unittest
from pathlib import Path

from ctl_run_support import RunTest
from ctl_support import PATIENCE_S, FakeTerminal

class Checking(RunTest):
    def nothing_runs(self, text: str, code: int, pattern: str, *words: str):
        ran = self.run_text(text, *words)
        self.assertEqual(ran.code, code, ran.err)
        self.assertRegex(ran.err, pattern)
        self.assertEqual(self.venue.changes(), [])
        self.assertFalse(os.path.exists(self.transcript))

    def test_a_mistake_in_the_last_line_keeps_the_first_from_running(self):
        text = "reason r\nkill on --venue\nkill offf --venue\n"
        self.nothing_runs(text, 2, f"{re.escape(self.script)}:3: unknown command 'kill offf'")

    def test_a_change_without_a_reason_is_found_before(self):
        self.nothing_runs("stat\nkill on --venue\n", 2, ":2: this changes something and needs a")

    def test_a_name_that_the_venue_lacks_is_found_before(self):
        for line in (
            "expect session show NO-SUCH: state == logged_out",
            "session show NO-SUCH",
            "wait-until order list --firm NO-SUCH: count == 0 within 1h",
            "expect instrument list NO-SUCH: all state == halted",
            "instrument halt BTC-USDT NO-SUCH",
            "kill on --account NO-SUCH",
            "notice send --session NO-SUCH --headline h",
        ):
            text = f"reason r\nkill on --firm ALPHA\n{line}\n"
            self.nothing_runs(text, 1, r":3: unknown_\w+: .*NO-SUCH")

    def test_all_refusals_are_told_at_once(self):
        ran = self.run_text("session show NO-1\nsession show NO-2\n")
        self.assertIn(":1: unknown_session: no session 'NO-1'", ran.err)
        self.assertIn(":2: unknown_session: no session 'NO-2'", ran.err)

    def test_the_wrong_state_is_an_error_where_nothing_comes_before(self):
        self.nothing_runs("session reset CLIENT1 --reason r\n", 1, ":1: wrong_state")

    def test_the_wrong_state_is_left_to_the_run_where_a_step_before_may_change_it(self):
        ran = self.run_text(
            "reason r\nsession disable CLIENT1\nsession reset CLIENT1\n"
            "expect session show CLIENT1: next_in == 1"
        )
        self.assertEqual(ran.code, 0, ran.err)

    def test_so_it_is_where_a_wait_or_a_pause_comes_before(self):
        for line in ("wait 1ms", "wait-until session show CLIENT1: state == logged_on within 1s"):
            text = f"{line}\nsession reset CLIENT1 --reason r\n"
            ran = self.run_text(text, "--dry-run")
            self.assertEqual(ran.code, 0, ran.err)
            self.assertIn("it is known when it runs", ran.out)
        ran = self.run_text("pause x\nsession reset CLIENT1 --reason r\n", "--dry-run")
        self.assertEqual(ran.code, 0, ran.err)

    def test_every_change_is_tried_dry_first(self):
        self.run_text("reason r\nkill on --firm ALPHA\nkill off --firm ALPHA\n")
        changes = [r for r in self.venue.requests if r["command"].startswith("kill.")]
        self.assertEqual([r.get("dry_run") for r in changes], [True, True, None, None])
        self.assertEqual({r["reason"] for r in changes}, {"r"})

    def test_without_a_venue_nothing_runs(self):
        self.venue.stop()
        ran = self.run_text("stat\n")
        self.assertEqual(ran.code, 3)
        self.assertIn("The script's text is good; the venue was not asked", ran.err)
        ran = self.run_text("stat\n", "--dry-run")
        self.assertEqual(ran.code, 3)
        self.assertIn("1/1 line 1: stat", ran.out)

    def test_files_that_are_no_scripts(self):
        ran = self.ctl("run", str(self.folder / "none"))
        self.assertEqual(ran.code, 2)
        (self.folder / "s").write_bytes(b"say \xff\n")
        self.assertIn("no text in UTF-8", self.ctl("run", self.script).err)

    def test_variables_on_the_command_line_have_their_form(self):
        for words, said in (
            (("A",), "it is --set NAME=value"),
            (("1=x",), "it is --set NAME=value"),
            (("A=1", "A=2"), "--set A is there twice"),
        ):
            flags = [part for word in words for part in ("--set", word)]
            ran = self.run_text("set A = 1\n", *flags)
            self.assertEqual(ran.code, 2)
            self.assertIn(said, ran.err)


class Planning(RunTest):
    TEXT = (
        "reason r\nset F = ALPHA\nkill on --firm $F\nsession disable CLIENT1\n"
        "session reset CLIENT1\nwait 1h\n"
    )

    def test_a_dry_run_prints_the_plan_and_does_nothing(self):
        ran = self.run_text(self.TEXT, "--dry-run")
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("1/4 line 3: kill on --firm ALPHA\n", ran.out)
        self.assertIn("refuse new orders of firm ALPHA", ran.out)
        self.assertIn("canceled: 2", ran.out)
        self.assertIn("3/4 line 5: session reset CLIENT1\n    what it depends on may", ran.out)
        self.assertIn("4/4 line 6: wait 1h", ran.out)
        self.assertEqual(self.venue.changes(), [])
        self.assertEqual(set(os.listdir(self.folder)) - {"audit.log"}, {"s", "admin.sock"})

    def test_on_a_terminal_the_plan_is_shown_and_asked_about(self):
        terminal = FakeTerminal(False)
        ran = self.run_text(self.TEXT, terminal=terminal, yes=False)
        self.assertEqual(ran.code, 4)
        self.assertEqual(terminal.questions, ["Run these 4 steps?"])
        self.assertIn("1/4 line 3: kill on --firm ALPHA", ran.err)
        self.assertEqual(self.venue.changes(), [])
        ran = self.run_text("kill on --venue --reason r", terminal=FakeTerminal(True), yes=False)
        self.assertEqual(ran.code, 0, ran.err)
        self.assertEqual(len(self.venue.changes()), 1)

    def test_without_a_terminal_and_without_yes_nothing_is_sent(self):
        ran = self.run_text(self.TEXT, yes=False)
        self.assertEqual(ran.code, 4)
        self.assertIn("add --yes", ran.err)
        self.assertEqual(self.venue.requests, [])

    def test_a_script_that_only_looks_needs_no_yes(self):
        self.assertEqual(self.run_text("stat\n", yes=False).code, 0)


class Running(RunTest):
    def test_steps_run_in_order_and_data_goes_to_standard_output(self):
        ran = self.run_text(
            "reason r\nkill on --firm ALPHA --keep-resting\nexpect kill status: count == 1\n"
            "kill status\nsay over $X\n".replace("$X", "now")
        )
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("ALPHA", ran.out)
        self.assertNotIn("over now", ran.out)
        self.assertIn("[4/4] say over now\nover now\n", ran.err)
        self.assertIn("all 4 steps are done", ran.err)

    def test_afterwards_signals_mean_what_they_meant(self):
        before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
        self.run_text("stat\n")
        after = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
        self.assertEqual(after, before)

    def test_it_stops_at_the_first_failure_and_says_where(self):
        ran = self.run_text(
            "reason r\nkill on --venue\nexpect kill status: count == 0\nkill off --venue\n"
        )
        self.assertEqual(ran.code, 5)
        self.assertIn("expected count == 0: count is 1", ran.err)
        self.assertIn(f"stopped at {self.script}:3; steps 1 to 1 were done of 3", ran.err)
        self.assertIn(f"--resume {self.transcript}", ran.err)
        self.assertEqual([c for c, _ in self.venue.changes()], ["kill.on"])

    def test_a_refusal_in_the_middle_stops_with_1(self):
        def fault(request, send):
            if not request.get("dry_run"):
                error = '"error":{"code":"audit_unavailable","message":"disk full"}'
                send(b'{"id":%d,"ok":false,%b}\n' % (request["id"], error.encode()))
                return True

        self.venue.faults["session.enable"] = fault
        ran = self.run_text("reason r\nkill on --venue\nsession enable CLIENT1\nkill off --venue\n")
        self.assertEqual(ran.code, 1)
        self.assertIn("audit_unavailable: disk full", ran.err)
        self.assertIn(":3; steps 1 to 1 were done", ran.err)

    def test_a_reason_of_the_run_comes_before_that_of_the_script_and_behind_the_lines(self):
        self.run_text(
            "reason script\nkill on --venue\nkill off --venue --reason line\n", "--reason", "run"
        )
        reasons = [r["reason"] for r in self.venue.requests if "reason" in r]
        self.assertEqual(reasons, ["run", "line"] * 2)

    def test_waiting_ends_when_the_condition_holds(self):
        self.venue.state.later(0.05, lambda: self.venue.state.log_on("CLIENT2"))
        ran = self.run_text(
            "wait-until session show CLIENT2: state == logged_on within 20s every 5ms\nsay over"
        )
        self.assertEqual(ran.code, 0, ran.err)
        waits = [line for line in self.record() if line.startswith("waits")]
        self.assertEqual(waits, ["waits 1/2 line 1: state is logged_out"])
        answers = [line for line in self.record() if line.startswith("answer 1/2 line 1: ")]
        self.assertEqual(len(answers), 1)
        self.assertIn('"state":"logged_on"', answers[0])

    def test_waiting_too_long_is_told_with_what_was_seen_last(self):
        ran = self.run_text(
            "wait-until session show CLIENT2: state == logged_on within 20ms every 5ms\nsay over"
        )
        self.assertEqual(ran.code, 5)
        self.assertIn("not within 0.02 s: state == logged_on: state is logged_out", ran.err)

    def test_a_condition_that_holds_at_once_needs_no_time(self):
        ran = self.run_text("wait-until kill status: count == 0 within 0s every 1h")
        self.assertEqual(ran.code, 0, ran.err)

    def test_a_venue_that_restarts_is_waited_for_and_connected_to_again(self):
        self.write("s", "stat\nwait-until kill status: count == 1 within 20s every 5ms\nstat\n")
        child = self.process("run", self.script, "--transcript", self.transcript)
        self.wait_for(lambda: self.has("waits 2/3 line 2: count is 0"), "the wait")
        self.venue.stop()
        self.wait_for(lambda: self.has("no such socket"), "the lost connection")
        self.venue.state.kills.append({"scope": "venue", "name": None})
        self.venue.start()
        _, err = child.communicate(timeout=PATIENCE_S)
        self.assertEqual(child.returncode, 0, err)

    def test_a_busy_venue_is_asked_again_and_another_refusal_stops_the_run(self):
        def refuse(*codes: str):
            left = list(codes)

            def fault(request, send):
                code = left.pop(0) if left else ""
                error = b'"error":{"code":"%b","message":"no"}' % code.encode()
                if code:
                    send(b'{"id":%d,"ok":false,%b}\n' % (request["id"], error))
                return bool(code)

            self.venue.faults["stat"] = fault

        text = "wait-until stat: engine.seen == 7 within 20s every 1ms\n"
        refuse("", "busy", "stopping")
        ran = self.run_text(text)
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("waits 1/1 line 1: busy: no", self.record())
        os.unlink(self.transcript)
        refuse("", "not_allowed")
        self.assertEqual(self.run_text(text).code, 1)

    def test_json_tells_the_events(self):
        ran = self.run_text("reason r\nkill on --venue\n", "--json")
        events = [json.loads(line) for line in ran.out.splitlines()]
        self.assertEqual([e["event"] for e in events], ["run", "ask", "answer", "done"])
        self.assertEqual({(e["step"], e["steps"], e["line"]) for e in events}, {(1, 1, 2)})
        self.assertEqual(json.loads(events[2]["text"])["canceled"], 4)

    def test_a_reader_that_goes_away_does_not_stop_the_run(self):
        self.venue.state.orders *= 300
        text = "order list --limit 100000\n" * 2 + "kill on --venue --reason r\n"
        self.write("s", text)
        child = self.process("run", self.script, "--yes", "--transcript", self.transcript)
        child.stdout.read(10)
        child.stdout.close()
        err = child.stderr.read()
        self.assertEqual(child.wait(PATIENCE_S), 0, err)
        self.assertEqual(len(self.venue.changes()), 1)


class Transcripts(RunTest):
    def test_it_has_every_step_as_it_ran_with_answer_and_outcome(self):
        text = "reason r\nset F = ALPHA\nkill on --firm $F\nexpect kill status: count == 0\n"
        self.run_text(text)
        lines = self.record()
        self.assertTrue(lines[0].startswith('start {"script":"'))
        self.assertEqual(lines[1], 'venue {"venue":"SLUICE","user":"root","role":"supervisor"}')
        self.assertEqual(lines[2], "run 1/2 line 3: kill on --firm ALPHA")
        self.assertEqual(lines[3], 'ask 1/2 line 3: {"scope":"firm","name":"ALPHA"} because "r"')
        self.assertIn('"canceled":2', lines[4])
        self.assertEqual(lines[5], "done 1/2 line 3")
        self.assertEqual(lines[6], "run 2/2 line 4: expect kill status: count == 0")
        self.assertTrue(lines[7].startswith('row 2/2 line 4: {"scope":"firm"'))
        self.assertEqual(lines[8], "answer 2/2 line 4: {}")
        failed = "failed 2/2 line 4: expected count == 0: count is 1"
        self.assertEqual(lines[9:], [failed, "end exit code 5"])

    def test_nobody_else_may_read_it(self):
        self.run_text("stat\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.transcript).st_mode), 0o600)

    def test_a_file_that_exists_is_not_touched(self):
        Path(self.transcript).write_text("precious")
        ran = self.run_text("kill on --venue --reason r\n")
        self.assertEqual(ran.code, 2)
        self.assertIn("exists: a transcript is a new file", ran.err)
        self.assertEqual(Path(self.transcript).read_text(), "precious")
        self.assertEqual(self.venue.changes(), [])

    def test_unless_told_it_is_a_new_file_in_this_folder_named_after_script_and_time(self):
        self.write("s", "stat\n")
        for _ in range(2):
            child = self.process("run", self.script)
            self.assertEqual(child.wait(PATIENCE_S), 0)
        names = list(self.folder.glob("sluicectl-s-*.transcript"))
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertRegex(name.name, r"^sluicectl-s-\d{8}T\d{6}Z(-1)?\.transcript$")

    def test_control_characters_do_not_break_its_lines(self):
        self.venue.state.sessions["CLIENT1"]["address"] = "\x1b[2J\ndone 9/9 line 9"
        self.run_text("session show CLIENT1\n")
        self.assertFalse([line for line in self.record() if line.startswith("done 9/9")])
        os.unlink(self.transcript)
        said = "\\n2026-11-26T01:20:00.000000Z done 9/9 line 9\\u001b[2J"

        def fault(request, send):
            if len(self.venue.requests) > 3:
                error = '"error":{"code":"busy","message":"%s"}' % said
                send(b'{"id":%d,"ok":false,%b}\n' % (request["id"], error.encode()))
                return True

        self.venue.faults["session.show"] = fault
        self.assertEqual(self.run_text("session show CLIENT1\n").code, 1)
        self.assertFalse([line for line in self.record() if line.startswith("done")])

    def test_a_disk_that_is_full_stops_the_run(self):
        if not os.path.exists("/dev/full"):
            self.fail("this test needs /dev/full")
        from sluicectl.errors import CtlError
        from sluicectl.script.transcript import Transcript

        transcript = Transcript.__new__(Transcript)
        transcript.path, transcript._file = "full", os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(transcript.close)
        with self.assertRaisesRegex(CtlError, "cannot write to full: No space left"):
            transcript.write("x")


if __name__ == "__main__":
    unittest.main()
