"""Tests of the command line: what it takes, what it refuses, and what it says then."""

import re
import shlex
import unittest

from ctl_support import ROOT
from fake_venue import ARGS, CHANGES
from sluicectl.arguments import parse, require_reason
from sluicectl.commands import COMMANDS, GLOBAL_OPTIONS
from sluicectl.errors import ExitCode, UsageError
from sluicectl.help import of_command, overview, text_for

PROTOCOL = ROOT / "gateway" / "admin" / "PROTOCOL.md"


class Parsing(unittest.TestCase):
    def refuse(self, line: str, pattern: str, in_script: bool = False):
        with self.assertRaisesRegex(UsageError, pattern):
            parse(shlex.split(line), in_script)

    def values(self, line: str) -> dict:
        return parse(shlex.split(line)).values

    def test_every_example_of_the_help_is_understood(self):
        for command in COMMANDS:
            self.assertTrue(command.examples, command.name)
            for example in command.examples:
                words = shlex.split(re.sub(r" >.*", "", example))
                invocation = parse(words)
                self.assertEqual(invocation.command.words, command.words)
                require_reason(invocation, invocation.flags.get("reason"))

    def test_every_command_of_the_protocol_can_be_asked(self):
        page = PROTOCOL.read_text()
        tables = page[page.index("\n## Commands") : page.index("\n## The audit log")]
        on_page: dict[str, bool] = {}
        for row in re.findall(r"^\| (`[^|]*) \|", tables, re.MULTILINE):
            for name in re.findall(r"`([a-z_.]+)`", row):
                on_page[name] = "change" in row
        self.assertGreater(len(on_page), 15)
        known = {c.request: c.change for c in COMMANDS if c.request}
        self.assertEqual(known, on_page)
        self.assertEqual({name: name in CHANGES for name in ARGS}, on_page)

    def test_an_unknown_word_is_answered_with_the_nearest(self):
        self.refuse("sesion list", "unknown command 'sesion'; did you mean 'session'")
        self.refuse("session lgout X", "unknown command 'session lgout'; did you mean 'logout'")
        self.refuse("order list --sesion X", "option '--sesion' of .* did you mean '--session'")
        self.refuse("--jsn session list", "unknown option '--jsn' before .* did you mean '--json'")

    def test_an_unknown_word_that_is_near_nothing_is_answered_with_what_there_is(self):
        self.refuse("kill xyzzy", "unknown command 'kill xyzzy'; there is on, off, status")

    def test_half_a_command_says_what_may_follow(self):
        self.refuse("kill", "'kill' needs a word more: on, off, status")
        self.refuse("", "a command is missing")

    def test_what_a_command_needs_is_asked_for(self):
        self.refuse("session show", "'session show' needs SESSION")
        self.refuse("notice send --all", "'notice send' needs --headline")
        self.refuse("session set-seq X", "needs one of --next-out, --next-in")
        self.refuse("order cancel", "needs one of ORDER_ID, --session, --account")

    def test_exactly_one_scope_is_taken(self):
        wanted = "exactly one of --venue, --firm, --account, --session"
        self.refuse("kill on", wanted)
        self.refuse("kill on --venue --firm A", wanted)
        self.refuse("session unlock", "exactly one of SESSION, --address")
        self.refuse("session unlock X --address 1.2.3.4", "exactly one of")
        self.refuse("session logout X --all", "exactly one of SESSION..., --all, --firm")
        self.refuse("instrument halt", "exactly one of INSTRUMENT..., --all")
        self.assertEqual(self.values("kill on --firm A"), {"firm": "A"})

    def test_a_cancel_takes_one_owner_and_an_instrument(self):
        self.refuse("order cancel 7 --session X", "ORDER_ID and --session exclude each other")
        self.refuse("order cancel 7 --instrument X", "ORDER_ID and --instrument exclude")
        self.refuse("order cancel --session X --firm Y", "--session and --firm exclude")
        self.refuse("order cancel --all --instrument X", "--all and --instrument exclude")
        self.refuse("order cancel abc", "ORDER_ID cannot be 'abc': it must be an OrderID")
        self.values("order cancel --firm Y --instrument X")
        self.values("order cancel --instrument X")

    def test_words_too_many_are_refused(self):
        self.refuse("session show A B", "'session show' has no place for 'B'")
        self.refuse("session list A", "'session list' has no place for 'A'")

    def test_an_option_without_its_value_is_refused(self):
        self.refuse("session list --firm", "--firm needs a value: FIRM")

    def test_an_option_is_not_taken_for_the_value_of_another(self):
        self.refuse("kill on --venue --reason --yes", "--reason needs a value, and the option")
        self.refuse("kill on --firm --keep-resting", "the option --keep-resting follows")
        self.assertEqual(parse(["stat", "--reason=--yes"]).flags, {"reason": "--yes"})
        self.assertEqual(parse(["stat", "--reason", "--but why"]).flags, {"reason": "--but why"})

    def test_an_option_twice_is_refused(self):
        self.refuse("session list --firm A --firm B", "--firm is there twice")
        self.refuse("--json --json session list", "--json is there twice")

    def test_global_options_stand_before_or_after(self):
        for line in ("--json session list", "session --json list", "session list --json"):
            self.assertEqual(parse(line.split()).flags, {"json": True})

    def test_an_option_may_be_written_with_an_equals_sign(self):
        self.assertEqual(self.values("session list --firm=A=B"), {"firm": "A=B"})

    def test_a_switch_takes_yes_and_no(self):
        self.assertIs(self.values("kill on --venue --keep-resting=no")["keep_resting"], False)
        self.assertIs(self.values("kill on --venue --keep-resting=yes")["keep_resting"], True)
        self.refuse("kill on --venue --keep-resting=maybe", "takes no value but yes or no")
        self.refuse("kill on --venue=no", "exactly one of")

    def test_after_two_dashes_everything_is_a_name(self):
        self.assertEqual(self.values("session show -- --json"), {"session": "--json"})

    def test_in_a_script_the_run_decides_the_global_options(self):
        for flag in ("--json", "--yes", "--dry-run", "--socket=x", "--timeout=1"):
            self.refuse(f"session list {flag}", "given to the whole run", in_script=True)
        parse(["session", "reset", "X", "--reason", "y"], in_script=True)

    def test_some_commands_have_no_place_in_a_script(self):
        for line in ("tail", "audit verify x", "run x", "completion bash", "help"):
            self.refuse(line, "has no place in a script", in_script=True)


class Bounds(unittest.TestCase):
    def check(self, template: str, good: list[str], bad: list[str]):
        for value in good:
            parse([*shlex.split(template), value])
        for value in bad:
            with self.assertRaises(UsageError, msg=f"{template} {value!r}"):
                parse([*shlex.split(template), value])

    def test_sequence_numbers(self):
        good, bad = ["1", "2147483647"], ["0", "2147483648", "-1", "1.0", "x", "", "１"]
        self.check("session set-seq X --next-out", good, bad)
        self.check("session set-seq X --next-in", good, bad)

    def test_depth_and_limit(self):
        self.check("book show X --depth", ["1", "128"], ["0", "129"])
        self.check("order list --limit", ["1", "1000000"], ["0", "1000001"])

    def test_texts_of_notices_and_logouts(self):
        bad = ["", "tab\t", "line\nfeed", "é"]
        self.check("notice send --all --headline", ["h" * 128], ["h" * 129, *bad])
        self.check("notice send --all --headline h --line", ["l" * 160], ["l" * 161, *bad])
        self.check("session logout X --text", ["t" * 256], ["t" * 257, *bad])
        self.check("notice send --all --headline h --urgency", ["normal", "flash"], ["urgent"])

    def test_eight_lines_and_not_nine(self):
        words = ["notice", "send", "--all", "--headline", "h"]
        parse([*words, *["--line", "l"] * 8])
        with self.assertRaisesRegex(UsageError, "8 times at most"):
            parse([*words, *["--line", "l"] * 9])

    def test_reasons_are_counted_in_bytes(self):
        good = ["r", "r" * 256, "é" * 128]
        self.check("stat --reason", good, ["", " ", "r" * 257, "é" * 129, "a\nb", "\udcff"])

    def test_names(self):
        self.check("session show", ["A", "A" * 64], ["", "A" * 65, "a\x1b[2J", "é"])

    def test_timeouts(self):
        self.check("stat --timeout", ["0.05", "86400", "10"], ["0.04", "86401", "-1", "nan", "1e3"])


class Reasons(unittest.TestCase):
    def test_every_change_needs_one_and_nothing_else_does(self):
        for command in COMMANDS:
            invocation = parse(shlex.split(command.examples[0].replace(" >", " #"), comments=True))
            if command.change:
                with self.assertRaisesRegex(UsageError, 'add --reason "why"'):
                    require_reason(invocation, None)
            else:
                require_reason(invocation, None)


class Page(unittest.TestCase):
    """scripts/README.md, which is read before --help."""

    PAGE = (ROOT / "scripts" / "README.md").read_text()

    def test_every_example_of_it_is_understood_and_every_command_has_one(self):
        seen = set()
        for line in re.findall(r"(?m)^    sluicectl (.*)", self.PAGE):
            words = shlex.split(re.sub(r" >.*", "", line), comments=True)
            invocation = parse(words)
            require_reason(invocation, invocation.flags.get("reason"))
            seen.add(invocation.command.words)
        self.assertEqual({c.words for c in COMMANDS} - seen, {("help",)})

    def test_it_has_every_exit_code_and_global_option(self):
        for code in ExitCode:
            self.assertRegex(self.PAGE, rf"(?m)^\| [^|]*\b{int(code)}\b[^|]* \| ")
        for option in GLOBAL_OPTIONS:
            if option.flag != "--version":
                self.assertIn(option.flag, self.PAGE)


class Help(unittest.TestCase):
    def test_the_overview_names_every_command_and_exit_code(self):
        text = overview()
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {command.name}  ")
        for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "130 "):
            self.assertRegex(text, rf"(?m)^  {code}")

    def test_the_help_of_a_command_has_its_options_and_examples(self):
        for command in COMMANDS:
            text = of_command(command)
            for option in command.options:
                self.assertIn(option.flag, text)
            for example in command.examples:
                self.assertIn(f"  sluicectl {example}", text)
            self.assertEqual("--reason" in text.split("\n\n")[0], command.change)

    def test_help_on_a_first_word_lists_its_commands(self):
        self.assertIn("kill status", text_for(["kill"]))

    def test_help_on_nothing_known_is_a_mistake(self):
        with self.assertRaisesRegex(UsageError, "did you mean 'session'"):
            text_for(["sesion"])
        with self.assertRaisesRegex(UsageError, "did you mean 'logout'"):
            text_for(["session", "logut"])


if __name__ == "__main__":
    unittest.main()
