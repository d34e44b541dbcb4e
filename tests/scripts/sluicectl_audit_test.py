"""Tests of `sluicectl audit`: what a log must be, and what is shown of it."""

import hashlib
import json
import unittest

from ctl_support import CtlTest, Ran

CHANGES = (
    ("kill", "on", "--firm", "ALPHA", "--reason", "limit"),
    ("session", "reset", "CLIENT1", "--reason", "try"),
    ("kill", "off", "--firm", "ALPHA", "--reason", "limit raised"),
    ("instrument", "halt", "BTC-USDT", "--reason", "source"),
)


def chained(*entries: dict) -> list[bytes]:
    """Lines with their chain, as the venue writes them."""
    lines, last = [], b""
    for n, entry in enumerate(entries, 1):
        entry = {"n": n, **entry, "chain": hashlib.sha256(last).hexdigest()}
        last = json.dumps(entry).encode()
        lines.append(last + b"\n")
    return lines


class AuditTest(CtlTest):
    """The log that the fake venue writes, or one of chosen lines."""

    def setUp(self):
        super().setUp()
        for words in CHANGES:
            self.ctl(*words, "--yes")
        self.log = self.venue.audit_path
        with open(self.log, "rb") as file:
            self.lines = file.readlines()
        self.venue.stop()

    def verify(self, lines: list[bytes], *words: str) -> Ran:
        with open(self.log, "wb") as file:
            file.writelines(lines)
        return self.ctl("audit", "verify", self.log, *words)

    def broken(self, lines: list[bytes], pattern: str, *words: str):
        ran = self.verify(lines, *words)
        self.assertEqual((ran.code, ran.out), (6, ""), ran.err)
        self.assertRegex(ran.err, pattern)
        self.assertIn("the audit log is broken", ran.err)


class Verifying(AuditTest):
    def test_the_venues_own_log_is_whole(self):
        ran = self.verify(self.lines)
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("7 lines, the last is n 7: chain and numbers hold", ran.out)
        self.assertIn(hashlib.sha256(self.lines[-1][:-1]).hexdigest(), ran.out)

    def test_a_log_of_nothing_is_whole(self):
        self.assertEqual(self.verify([]).code, 0)

    def test_a_changed_byte_shows_in_the_line_after(self):
        for at in range(len(self.lines) - 1):
            lines = list(self.lines)
            lines[at] = lines[at].replace(b'"root"', b'"toor"').replace(b'"done"', b'"done" ')
            self.broken(lines, f":{at + 2}: chain is .* was changed, put in or taken out here")

    def test_a_line_that_was_taken_out_shows_by_chain_and_number(self):
        for at in range(1, len(self.lines) - 1):
            lines = self.lines[:at] + self.lines[at + 1 :]
            self.broken(lines, f":{at + 1}: n is {at + 2}, not {at + 1}")

    def test_a_head_that_was_taken_off_shows(self):
        self.broken(self.lines[1:], ":1: chain is .* SHA-256 of nothing")

    def test_a_line_twice_and_lines_in_another_order_show(self):
        self.broken([self.lines[0], *self.lines], ":2: n is 1, not 2")
        self.broken([self.lines[1], self.lines[0], *self.lines[2:]], ":1: ")

    def test_a_line_that_a_crash_cut_off_is_told_and_no_error(self):
        for lines in ([*self.lines[:-1], self.lines[-1][:20]], [self.lines[0][:1]]):
            ran = self.verify(lines)
            self.assertEqual(ran.code, 0, ran.err)
            self.assertIn(f"a crash cut off line {len(lines)} while", ran.err)
        self.assertEqual(self.verify([*self.lines[:-1], self.lines[-1][:-1]]).code, 0)

    def test_the_chain_goes_on_over_a_line_that_a_crash_cut_off(self):
        first = chained({"phase": "refused"})[0]
        torn = first[:9] + b"\n"
        second = {"n": 2, "phase": "refused", "chain": hashlib.sha256(torn[:-1]).hexdigest()}
        ran = self.verify([first, torn, json.dumps(second).encode() + b"\n"])
        self.assertEqual(ran.code, 0, ran.err)
        self.assertIn("a crash cut off line 2 while", ran.err)
        self.broken([first, first[:8] + b"\n", json.dumps(second).encode()], ":3: chain is")

    def test_a_line_that_was_made_to_look_cut_off_shows_by_the_numbers(self):
        lines = [*self.lines[:2], self.lines[2][:30] + b"\n", *self.lines[3:]]
        self.broken(lines, ":4: n is 4, not 3")

    def test_a_tail_that_was_cut_off_shows_only_by_what_was_kept_elsewhere(self):
        kept = hashlib.sha256(self.lines[-1][:-1]).hexdigest()
        self.assertEqual(self.verify(self.lines, "--contains", kept).code, 0)
        self.assertEqual(self.verify(self.lines, "--contains", kept.upper()).code, 0)
        self.assertEqual(self.verify(self.lines[:-1]).code, 0)
        self.broken(self.lines[:-1], "the log was cut", "--contains", kept)

    def test_numbers_are_dense_though_the_chain_holds(self):
        refused = {"phase": "refused"}
        self.broken(chained(refused, {"n": 3, **refused}), ":2: n is 3, not 2")
        self.broken(chained({"n": "1", "phase": "refused"}), ':1: n is "1", not a whole')
        self.broken(chained({"n": 41, "phase": "refused"}), ":1: n is 41, not 0 or 1")

    def test_every_end_belongs_to_one_beginning(self):
        asked, done = {"phase": "asked"}, {"phase": "done", "of": 1}
        self.assertEqual(self.verify(chained(asked, done)).code, 0)
        self.broken(chained(asked, done, {**done, "phase": "failed"}), ":3: failed belongs to n 1")
        self.broken(chained(asked, {"phase": "done", "of": 9}), ":2: done belongs to n 9")
        self.broken(chained(asked, {"phase": "done"}), ":2: done belongs to n null")
        self.broken(chained({"phase": "maybe"}), ':1: phase is "maybe"')

    def test_a_change_without_its_end_is_told_and_no_error(self):
        ran = self.verify(chained({"phase": "asked"}, {"phase": "refused"}))
        self.assertEqual(ran.code, 0)
        self.assertIn("never ended because of a crash: n 1", ran.err)

    def test_garbage_is_broken_and_steers_no_terminal(self):
        for line in (b"\n", b"\x1b[2J\n", b"[]\n", b'{"n":1,"n":1}\n', b"[" * 100000 + b"\n"):
            ran = self.verify([line])
            self.assertEqual(ran.code, 6, line[:20])
            self.assertNotIn("\x1b", ran.err)

    def test_json_sums_it_up(self):
        ran = self.verify(self.lines[1:], "--json")
        self.assertEqual(ran.code, 6)
        summary = json.loads(ran.out)
        self.assertEqual((summary["lines"], summary["last_n"]), (6, 7))
        self.assertEqual(summary["problems"][0]["line"], 1)

    def test_a_file_that_is_not_there_is_a_usage_error(self):
        self.assertEqual(self.ctl("audit", "verify", str(self.folder / "none")).code, 2)


class Showing(AuditTest):
    def show(self, *words: str) -> list[list[str]]:
        ran = self.good("audit", "show", self.log, *words)
        return [line.split() for line in ran.out.splitlines()[1:]]

    def numbers(self, *words: str) -> list[str]:
        return [line[0] for line in self.show(*words)]

    def test_a_change_is_one_row_with_its_outcome(self):
        rows = self.show()
        self.assertEqual([row[0] for row in rows], ["1", "3", "4", "6"])
        self.assertIn("kill.on", rows[0])
        self.assertIn("done", rows[0])
        self.assertIn("refused", rows[1])
        self.assertEqual(rows[1][-3:], ["CLIENT1", "is", "logged_on"])
        self.assertEqual(rows[2][-3:], ["limit", "raised", "-"])

    def test_a_failure_says_why(self):
        with open(self.log, "wb") as file:
            asked = {"phase": "asked", "command": "kill.off"}
            file.writelines(chained(asked, {"phase": "failed", "of": 1, "why": "ring is full"}))
        self.assertEqual(self.show()[0][-4:], ["failed", "ring", "is", "full"])

    def test_filters(self):
        self.assertEqual(self.numbers("--command", "kill"), ["1", "4"])
        self.assertEqual(self.numbers("--command", "kill.off"), ["4"])
        self.assertEqual(self.numbers("--command", "kil"), [])
        self.assertEqual(self.numbers("--outcome", "refused"), ["3"])
        self.assertEqual(self.numbers("--outcome", "open"), [])
        self.assertEqual(self.numbers("--grep", "ALPHA"), ["1", "4"])
        self.assertEqual(self.numbers("--grep", "raised"), ["4"])
        self.assertEqual(self.numbers("--last", "2"), ["4", "6"])
        self.assertEqual(self.numbers("--user", "root", "--last", "1"), ["6"])
        self.assertEqual(self.numbers("--user", "nobody"), [])

    def test_times_are_from_and_before(self):
        self.assertEqual(len(self.numbers("--since", "2026-11-26T01:20:00Z")), 4)
        self.assertEqual(self.numbers("--since", "2026-11-26T01:20:01Z"), [])
        self.assertEqual(self.numbers("--until", "2026-11-26T01:20:00Z"), [])
        self.assertEqual(len(self.numbers("--until", "2026-11-26T01:21")), 4)
        self.assertEqual(len(self.numbers("--since", "2026-11-26T02:20:00+01:00")), 4)
        self.assertEqual(self.ctl("audit", "show", self.log, "--since", "yesterday").code, 2)

    def test_json_gives_the_lines_as_they_are(self):
        ran = self.good("audit", "show", self.log, "--command", "kill.on", "--json")
        phases = [json.loads(line)["phase"] for line in ran.out.splitlines()]
        self.assertEqual(phases, ["asked", "done"])

    def test_a_broken_log_is_shown_and_said_to_be_broken(self):
        with open(self.log, "wb") as file:
            file.writelines([*self.lines[:2], b"garbage\n", *self.lines[3:]])
        ran = self.ctl("audit", "show", self.log)
        self.assertEqual(ran.code, 6)
        self.assertIn("kill.off", ran.out)

    def test_what_is_in_it_steers_no_terminal(self):
        with open(self.log, "wb") as file:
            file.writelines(chained({"phase": "refused", "user": "\x1b[2J", "reason": "\u202e"}))
        out = self.good("audit", "show", self.log).out
        self.assertTrue(all(c.isprintable() or c == "\n" for c in out))

    def test_flags_of_changes_have_no_place(self):
        self.assertEqual(self.ctl("audit", "show", self.log, "--dry-run").code, 2)


if __name__ == "__main__":
    unittest.main()
