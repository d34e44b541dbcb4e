"""Tests of the completion: what is offered, and that the shells' scripts offer it."""

import os
import shlex
import shutil
import subprocess
import unittest
from unittest import mock

from ctl_support import PATIENCE_S, PROGRAM, ROOT, CtlTest
from sluicectl.completion import candidates
from sluicectl.venue import Venue

SCRIPTS = ROOT / "scripts" / "completion"


class Candidates(CtlTest):
    def offered(self, line: str) -> list[str]:
        """For the last word of `line`, which may be empty."""
        words = shlex.split(line.rstrip(" "))
        if line.endswith(" "):
            words.append("")
        return candidates(["--socket", self.venue.path, *words])

    def test_words_of_commands(self):
        self.assertIn("session", self.offered(" "))
        self.assertEqual(self.offered("in"), ["instrument"])
        self.assertEqual(self.offered("kill "), ["on", "off", "status"])
        self.assertEqual(self.offered("session l"), ["list", "logout", "locks"])
        self.assertEqual(self.offered("xyzzy "), [])

    def test_options_that_are_not_there_yet(self):
        offered = self.offered("kill on --firm ALPHA --")
        self.assertIn("--keep-resting", offered)
        self.assertIn("--reason", offered)
        self.assertNotIn("--firm", offered)
        self.assertEqual(self.offered("notice send --line a --li"), ["--line"])

    def test_live_names(self):
        self.assertEqual(self.offered("session show "), ["CLIENT1", "CLIENT2", "MAKER1"])
        self.assertEqual(self.offered("session logout CLIENT1 M"), ["MAKER1"])
        self.assertEqual(self.offered("kill on --firm "), ["ALPHA", "MAKERS"])
        self.assertEqual(self.offered("book show E"), ["ETH-USDT"])
        self.assertEqual(self.offered("session show CLIENT1 "), [])

    def test_the_words_of_a_choice_and_files(self):
        self.assertEqual(self.offered("notice send --urgency f"), ["flash"])
        self.assertEqual(self.offered("completion "), ["bash", "zsh", "fish"])
        self.assertEqual(self.offered("audit verify "), ["__files__"])
        self.assertEqual(self.offered("run m"), ["__files__", "maintenance-window"])
        self.assertIn("incident-halt", self.offered("run "))

    def test_a_venue_that_is_away_or_silent_gives_no_names_and_no_noise(self):
        self.venue.faults["session.list"] = lambda request, send: True
        with mock.patch("sluicectl.completion.Venue", wraps=Venue) as made:
            self.assertEqual(self.offered("session show "), [])
        self.assertLessEqual(made.call_args.args[1], 1)
        self.venue.stop()
        self.assertEqual(self.offered("session show "), [])

    def test_names_that_a_shell_would_interpret_are_not_offered_raw(self):
        self.venue.state.sessions["evil"] = {"session": "a\nb\x1b[2J", "firm": 7}
        self.assertEqual(self.offered("session show "), ["CLIENT1", "CLIENT2", "MAKER1"])

    def test_candidates_are_printed_one_a_line(self):
        ran = self.process("__complete", "kill", "o")
        self.assertEqual(ran.communicate(timeout=PATIENCE_S)[0], "on\noff\n")


class Shells(CtlTest):
    def test_bash_reads_its_script(self):
        path = str(SCRIPTS / "sluicectl.bash")
        subprocess.run(["bash", "-n", path], check=True)
        if shutil.which("shellcheck"):
            subprocess.run(["shellcheck", path], check=True)

    def test_the_other_shells_read_theirs_where_they_are(self):
        for shell in ("zsh", "fish"):
            if shutil.which(shell):
                subprocess.run([shell, "-n", str(SCRIPTS / f"sluicectl.{shell}")], check=True)

    def test_the_program_prints_them(self):
        for shell in ("bash", "zsh", "fish"):
            text = (SCRIPTS / f"sluicectl.{shell}").read_text()
            self.assertEqual(self.good("completion", shell).out, text)
            self.assertIn("__complete", text)
            self.assertIn("__files__", text)

    def complete_in_bash(self, *words: str) -> list[str]:
        quoted = " ".join(shlex.quote(w) for w in (str(PROGRAM), *words))
        program = (
            f"source {shlex.quote(str(SCRIPTS / 'sluicectl.bash'))}\n"
            f"COMP_WORDS=({quoted}) COMP_CWORD={len(words)}\n"
            '_sluicectl; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        ran = subprocess.run(
            ["bash", "-c", program],
            env={**os.environ, "SLUICE_ADMIN_SOCKET": self.venue.path},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
        self.assertEqual(ran.stderr, "")
        return ran.stdout.split("\n")[:-1]

    def test_bash_offers_words_live_names_and_files(self):
        self.assertEqual(self.complete_in_bash("kill", ""), ["on", "off", "status"])
        self.venue.state.sessions["CLIENT2"]["session"] = "A $(touch evil)"
        names = self.complete_in_bash("session", "show", "")
        self.assertEqual(names, ["A\\ \\$\\(touch\\ evil\\)", "CLIENT1", "MAKER1"])
        self.assertFalse((self.folder / "evil").exists())
        self.write("some-file", "")
        self.assertEqual(self.complete_in_bash("audit", "verify", "some"), ["some-file"])


if __name__ == "__main__":
    unittest.main()
