"""Tests of `sluicectl run` that ends early, by error, signal, kill or pause, and goes on."""

import os
import signal
import unittest
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from ctl_run_support import RunTest
from ctl_support import PATIENCE_S, FakeTerminal, Ran, signals_as


class Resuming(RunTest):
    TEXT = (
        "reason r\nset FIRM = ALPHA\nkill on --firm $FIRM\n"
        "expect session show CLIENT2: state == logged_on\nkill off --firm $FIRM\n"
    )

    def fail_once(self, *words: str):
        self.assertEqual(self.run_text(self.TEXT, *words).code, 5)
        self.venue.requests.clear()

    def test_it_goes_on_behind_the_last_completed_step(self):
        self.fail_once()
        self.venue.state.log_on("CLIENT2")
        ran = self.resume()
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("1 of 3 steps were done before", ran.err)
        self.assertEqual([c for c, _ in self.venue.changes()], ["kill.off"])
        lines = self.record()
        self.assertEqual(len([line for line in lines if line.startswith("start ")]), 1)
        self.assertEqual(lines[-1], "end done")

    def test_it_may_fail_and_go_on_again(self):
        self.fail_once()
        self.assertEqual(self.resume().code, 5)
        self.venue.state.log_on("CLIENT2")
        self.assertEqual(self.resume().code, 0)
        self.assertEqual([c for c, _ in self.venue.changes()], ["kill.off"])

    def test_variables_and_reason_are_those_of_before(self):
        self.fail_once("--set", "FIRM=MAKERS", "--reason", "first")
        self.venue.state.log_on("CLIENT2")
        self.assertEqual(self.resume().code, 0)
        self.assertEqual(self.venue.changes(), [("kill.off", {"scope": "firm", "name": "MAKERS"})])
        self.assertEqual(self.venue.requests[-1]["reason"], "first")

    def test_another_text_is_refused(self):
        self.fail_once()
        self.write("s", self.TEXT + "# a comment more\n")
        ran = self.resume()
        self.assertEqual(ran.code, 2)
        self.assertIn("the script's text is not the one", ran.err)
        self.assertEqual(self.venue.requests, [])

    def test_another_variable_is_refused_and_the_same_one_taken(self):
        self.fail_once("--set", "FIRM=MAKERS")
        ran = self.resume("--set", "FIRM=ALPHA")
        self.assertEqual(ran.code, 2)
        self.assertIn("--set FIRM=ALPHA is not what", ran.err)
        self.assertIn("(MAKERS)", ran.err)
        self.assertEqual(self.resume("--set", "FIRM=MAKERS").code, 5)

    def test_a_run_that_is_done_has_nothing_to_resume(self):
        self.run_text("stat\n")
        ran = self.resume()
        self.assertEqual(ran.code, 2)
        self.assertIn("nothing is left", ran.err)

    def test_a_file_that_is_no_transcript_is_refused(self):
        self.write("s", "stat\n")
        for text in ("", "x\n", "t start {}\n", 't start {"script":1}\n', "t start [" * 9 + "\n"):
            Path(self.transcript).write_text(text)
            self.assertEqual(self.resume().code, 2, text)
        os.unlink(self.transcript)
        self.assertIn("cannot open", self.resume().err)
        self.assertIn("--transcript has no place", self.resume("--transcript", "x").err)

    def test_two_runs_do_not_write_one_transcript(self):
        self.write("s", "stat\nwait 1h\n")
        self.process("run", self.script, "--transcript", self.transcript)
        self.wait_for(lambda: self.has("run 2/2"), "the second step")
        ran = self.resume()
        self.assertEqual(ran.code, 2)
        self.assertIn("another run is writing", ran.err)


class Killed(RunTest):
    TEXT = (
        "reason r\nkill on --firm ALPHA\n"
        "wait-until session show CLIENT2: state == logged_on within 1h every 5ms\n"
        "kill off --firm ALPHA\n"
    )

    def start(self):
        self.write("s", self.TEXT)
        child = self.process("run", self.script, "--yes", "--transcript", self.transcript)
        self.wait_for(lambda: self.has("waits 2/3"), "the wait")
        return child

    def go_on(self) -> Ran:
        self.venue.requests.clear()
        self.venue.state.log_on("CLIENT2")
        ran = self.resume()
        self.assertEqual(ran.code, 0, ran.err)
        self.assertEqual([c for c, _ in self.venue.changes()], ["kill.off"])
        return ran

    def test_a_kill_leaves_a_true_record_and_the_run_goes_on_from_it(self):
        child = self.start()
        child.kill()
        child.communicate(timeout=PATIENCE_S)
        lines = self.record()
        self.assertIn("done 1/3 line 2", lines)
        self.assertTrue(lines[-1].startswith("waits 2/3 line 3: "))
        ran = self.go_on()
        self.assertIn("step 2 (line 3) had begun and its end was not written down", ran.err)
        self.assertTrue([line for line in self.record() if line.startswith("note step 2 ")])

    def test_a_line_that_was_cut_off_does_not_count(self):
        child = self.start()
        child.kill()
        child.communicate(timeout=PATIENCE_S)
        with open(self.transcript, "a") as file:
            file.write("2026-11-26T01:20:00.000000Z done 2/3 line 3")
        self.assertIn("1 of 3 steps were done before", self.go_on().err)

    def test_a_kill_in_the_middle_of_a_change_does_the_change_once_more(self):
        self.venue.faults["kill.on"] = lambda request, send: not request.get("dry_run")
        self.write("s", "reason r\nstat\nkill on --venue\n")
        child = self.process("run", self.script, "--yes", "--transcript", self.transcript)
        self.wait_for(lambda: len(self.venue.changes()) == 1, "the change")
        child.kill()
        child.communicate(timeout=PATIENCE_S)
        self.assertTrue(self.record()[-1].startswith("ask 2/2 line 3: "))
        self.venue.faults.clear()
        ran = self.resume()
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("it is done once more: kill on --venue", ran.err)
        self.assertEqual(len(self.venue.changes()), 2)

    def test_signals_end_it_with_a_record(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)):
            child = self.start()
            child.send_signal(number)
            _, err = child.communicate(timeout=PATIENCE_S)
            self.assertEqual(child.returncode, code, err)
            self.assertIn("steps 1 to 1 were done of 3", err)
            self.assertRegex(self.record()[-2], "^failed 2/3 line 3: (interrupted|ended by SIG)")
            self.assertEqual(self.record()[-1], f"end exit code {code}")
            os.unlink(self.transcript)


    def test_a_run_under_nohup_outlives_its_terminal(self):
        with mock.patch("ctl_support.signals_as", lambda *_: nullcontext()):
            with signals_as(signal.SIG_IGN, signal.SIGHUP):
                child = self.start()
        child.send_signal(signal.SIGHUP)
        self.venue.state.log_on("CLIENT2")
        _, err = child.communicate(timeout=PATIENCE_S)
        self.assertEqual(child.returncode, 0, err)


class Pausing(RunTest):
    TEXT = "kill on --venue --reason r\npause do the work\nkill off --venue --reason r\n"

    def test_without_a_terminal_a_pause_ends_the_run_and_resume_goes_on_behind_it(self):
        ran = self.run_text(self.TEXT)
        self.assertEqual(ran.code, 7)
        self.assertIn("paused: do the work", ran.err)
        self.assertIn("steps 1 to 2 were done of 3", ran.err)
        ran = self.resume()
        self.assertEqual(ran.code, 0, ran.err)
        self.assertEqual([c for c, _ in self.venue.changes()], ["kill.on", "kill.off"])

    def test_on_a_terminal_it_asks_even_with_yes(self):
        terminal = FakeTerminal(True)
        self.assertEqual(self.run_text(self.TEXT, terminal=terminal).code, 0)
        self.assertEqual(terminal.questions, ["Go on?"])

    def test_whoever_does_not_go_on_can_resume_later(self):
        self.assertEqual(self.run_text(self.TEXT, terminal=FakeTerminal(False)).code, 7)
        self.assertEqual(self.resume().code, 0)


if __name__ == "__main__":
    unittest.main()
