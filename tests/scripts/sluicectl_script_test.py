"""Tests of the language of session scripts: words, steps, conditions, and every mistake."""

import unittest

from ctl_support import ROOT
from sluicectl.commands import BY_WORDS
from sluicectl.errors import NotAsExpected
from sluicectl.script.condition import parse_condition
from sluicectl.script.lexer import ScriptMistake, quote, words_of
from sluicectl.script.parser import (
    DEPTH_MAX,
    LINES_READ_MAX,
    STEPS_MAX,
    CommandStep,
    ExpectStep,
    WaitStep,
    WaitUntilStep,
    parse_script,
)

VARIABLES = {"A": "one two", "B_2": "x", "EMPTY": ""}


class Words(unittest.TestCase):
    def words(self, line: str) -> list[str]:
        return [word.expand(VARIABLES) for word in words_of(line)]

    def test_spaces_separate_and_quotes_hold_together(self):
        self.assertEqual(self.words("  a\tb  'c d'  \"e f\" "), ["a", "b", "c d", "e f"])
        self.assertEqual(self.words("a'b c'\"d e\"f"), ["ab cd ef"])
        self.assertEqual(self.words("'' \"\""), ["", ""])

    def test_a_comment_begins_at_the_beginning_of_a_word(self):
        self.assertEqual(self.words("a b#c # d 'e"), ["a", "b#c"])
        self.assertEqual(self.words("# all"), [])
        self.assertEqual(self.words("'#' \"# x\" \\#"), ["#", "# x", "#"])

    def test_variables_are_one_word_whatever_is_in_them(self):
        self.assertEqual(self.words("$A ${A}s x$B_2.y"), ["one two", "one twos", "xx.y"])
        self.assertEqual(self.words('"-$A-" $EMPTY'), ["-one two-", ""])

    def test_single_quotes_and_backslashes_keep_characters(self):
        self.assertEqual(self.words("'$A \\' \\$A"), ["$A \\", "$A"])
        self.assertEqual(self.words('"\\$A\\"\\\\\\n"'), ['$A"\\\\n'])

    def test_what_is_not_closed_is_a_mistake(self):
        for line in ("'a", '"a', '"a\\', "a\\", "$", "a$ b", "${A", "${}", "$1", "'\"", '"$"'):
            with self.assertRaises(ScriptMistake, msg=line):
                words_of(line)

    def test_an_unknown_variable_says_how_to_give_it(self):
        with self.assertRaisesRegex(ScriptMistake, "NO has no value: 'set NO = ...' before"):
            self.words("$NO")

    def test_what_is_quoted_reads_back_as_it_was(self):
        plain = ("", "a", "a b", "é", "#", "a'b", "*", "x:")
        for text in (*plain, 'say "x"', "$A", "\\", '\\$A\\\\"'):
            self.assertEqual(self.words(quote(text)), [text])


class Steps(unittest.TestCase):
    def steps(self, text: str, **given: str) -> list:
        script = parse_script(text, given)
        self.assertEqual(script.mistakes, [])
        return script.steps

    def texts(self, text: str, **given: str) -> list[str]:
        return [step.text for step in self.steps(text, **given)]

    def mistakes(self, text: str, **given: str) -> list[tuple[int, str]]:
        return [(m.line, m.text) for m in parse_script(text, given).mistakes]

    def mistake(self, text: str, line: int, pattern: str, **given: str):
        found = self.mistakes(text, **given)
        self.assertEqual([number for number, _ in found], [line], found)
        self.assertRegex(found[0][1], pattern)

    def test_commands_have_their_lines_and_values(self):
        steps = self.steps("\n# c\nsession show X\n\ninstrument halt A 'B C'\n")
        self.assertEqual([s.line for s in steps], [3, 5])
        self.assertIsInstance(steps[0], CommandStep)
        self.assertEqual(steps[1].invocation.values, {"instruments": ["A", "B C"]})
        self.assertEqual(steps[1].text, 'instrument halt A "B C"')

    def test_a_line_goes_on_behind_a_backslash(self):
        steps = self.steps("session \\\n  show \\\nX\nstat")
        self.assertEqual([(s.line, s.text) for s in steps], [(1, "session show X"), (4, "stat")])
        self.mistake("stat\nstat \\", 2, "nothing to go on with")

    def test_variables_are_set_required_and_given(self):
        text = 'set A = "x y"\nset B = "$A z"\nrequire C "the C"\nsay "$B $C"'
        self.assertEqual(self.texts(text, C="c"), ['say "x y z c"'])
        self.assertEqual(self.texts(text, C="c", A="q"), ['say "q z c"'])
        self.assertEqual(self.texts(text, C="c", B="$A"), ['say "\\$A c"'])

    def test_a_missing_variable_is_told_with_what_it_is(self):
        text = 'require FIRM "the firm"\nkill status'
        self.mistake(text, 1, "FIRM is missing: the firm;.*--set FIRM")

    def test_all_missing_variables_are_told_at_once_and_nothing_because_of_them(self):
        text = 'require A "a"\nrequire B "b"\nwait $A\nsession set-seq X --next-in $B\nwait ${B}s'
        self.assertEqual([line for line, _ in self.mistakes(text)], [1, 2])

    def test_a_variable_given_in_vain_is_a_mistake(self):
        self.mistake("set NAME = x", 0, "--set NAMES: .* did you mean 'NAME'", NAMES="x")

    def test_a_variable_is_known_only_below_its_line(self):
        self.mistake("say $A\nset A = x", 1, "A has no value")

    def test_a_loop_is_unrolled_over_the_words_of_a_list(self):
        text = 'set L = "a b"\nfor X in $L "c d" "$L"\nsession show $X\nend'
        found = self.texts(text)
        self.assertEqual(found[:2], ["session show a", "session show b"])
        self.assertEqual(found[2:], ['session show "c d"', 'session show "a b"'])

    def test_loops_nest_and_give_a_name_back(self):
        text = "set X = o\nfor X in 1 2\nfor Y in a b\nsay $X$Y\nend\nend\nsay $X"
        self.assertEqual(self.texts(text), ["say 1a", "say 1b", "say 2a", "say 2b", "say o"])

    def test_a_loop_over_nothing_runs_nothing_and_is_read_all_the_same(self):
        text = 'set L = ""\nfor X in $L\nwait $X\nwait ${X}s\nkill on --firm $X --reason r\nend'
        self.assertEqual(self.steps(text), [])
        self.mistake('set L = ""\nfor X in $L\nsesion list\nend', 3, "did you mean 'session'")

    def test_an_if_takes_anything_but_nothing_and_no(self):
        for value, taken in (("yes", 1), ("x", 1), ("", 0), ("no", 0)):
            self.assertEqual(len(self.steps(f"set V = '{value}'\nif $V\nstat\nend")), taken)
        self.mistake("if no\nsesion list\nend", 2, "unknown command")
        self.mistake("if\nstat\nend", 1, "it is: if VALUE")
        self.mistake("if a b\nstat\nend", 1, "it is: if VALUE")

    def test_what_an_untaken_if_sets_is_not_set(self):
        self.assertEqual(self.texts("set A = 1\nif no\nset A = 2\nend\nsay $A"), ["say 1"])

    def test_blocks_must_be_whole(self):
        self.mistake("for X in a\nstat", 1, "this 'for' has no 'end'")
        self.mistake("if x\nfor X in a\nstat\nend", 1, "this 'if' has no 'end'")
        self.mistake("stat\nend", 2, "belongs to no 'for' or 'if'")
        for line in ("for", "for X", "for X of a", "for 1 in a", "for $A in a"):
            self.mistake(f"set A = b\n{line}\nstat\nend", 2, "a loop is: for NAME in")
        self.mistake("set A = b\nfor A in c\nend", 2, "given by --set", A="x")

    def test_steps_have_a_bound(self):
        many = " ".join(["x"] * 100)
        text = f"for A in {many}\nfor B in {many}\nstat\nend\nend\n"
        self.assertEqual(len(self.steps(text)), STEPS_MAX)
        self.mistake(text + "stat", 6, f"more than {STEPS_MAX} steps")

    def test_loops_of_nothing_have_a_bound_too(self):
        many = " ".join(["x"] * 60)
        text = f"for A in {many}\nfor B in {many}\nfor C in {many}\nset D = $C\nend\nend\nend"
        self.mistake(text, 4, f"more than {LINES_READ_MAX} lines")

    def test_blocks_have_a_depth(self):
        def nested(depth: int) -> str:
            return "if x\n" * depth + "stat\n" + "end\n" * depth

        self.assertEqual(len(self.steps(nested(DEPTH_MAX))), 1)
        self.mistake(nested(DEPTH_MAX + 1), DEPTH_MAX + 1, f"more than {DEPTH_MAX} blocks")

    def test_a_text_that_is_too_long_is_no_script(self):
        self.mistake("#" * 1024 * 1024 + "#", 0, "more than 1048576 bytes")
        self.assertEqual(self.steps("#" * 1024 * 1024), [])

    def test_durations(self):
        waits = self.steps("wait 500ms\nwait 10s\nwait 5m\nwait 168h\nwait 0s")
        self.assertEqual([w.seconds for w in waits], [0.5, 10, 300, 604800, 0])
        self.assertIsInstance(waits[0], WaitStep)
        for bad in ("10", "s", "1.5s", "-1s", "169h", "1d", "5 s", "99999999s"):
            self.assertEqual(len(self.mistakes(f"wait {bad}")), 1, bad)

    def test_conditions_have_their_command(self):
        step = self.steps("expect order list --session X: count == 0")[0]
        self.assertIsInstance(step, ExpectStep)
        self.assertEqual(step.invocation.values, {"session": "X"})
        self.assertEqual(str(step.condition), "count == 0")

    def test_a_colon_of_a_name_can_be_told_from_the_end(self):
        for name in ("'X:' :", '"X:":'):
            line = f"expect session show {name} state == a"
            self.assertEqual(self.steps(line)[0].invocation.values, {"session": "X:"})
        self.assertEqual(
            self.steps("set S = A:\nexpect session show $S: state == a")[0].invocation.values,
            {"session": "A:"},
        )

    def test_a_wait_until_has_its_times(self):
        step = self.steps("wait-until kill status: count == 0 within 5m every 200ms")[0]
        self.assertIsInstance(step, WaitUntilStep)
        self.assertEqual((step.within_s, step.every_s), (300, 0.2))
        self.assertEqual(self.steps("wait-until stat: a == 0 within 1s")[0].every_s, 1)
        for line in (
            "wait-until stat: a == 0",
            "wait-until stat: a == 0 every 1s",
            "wait-until stat: a == 0 within x",
            "wait-until stat: a == 0 within 1s every 0s",
            "wait-until stat: a == 0 every 1s within 1s",
            "wait-until",
        ):
            self.assertEqual(len(self.mistakes(line)), 1, line)

    def test_a_condition_only_looks(self):
        self.mistake("expect kill off --venue --reason x: a == b", 1, "a condition only looks")
        self.mistake("expect session list count == 0", 1, "there is no ':'")
        self.mistake("expect tail: count == 0", 1, "no place in a script")

    def test_reasons_of_the_script_reach_the_lines_below(self):
        steps = self.steps(
            "session reset X\nreason 'one'\nsession reset X\nsession reset X --reason two"
        )
        found = [(s.own_reason, s.script_reason) for s in steps]
        self.assertEqual(found, [(None, None), (None, "one"), ("two", "one")])
        self.mistake("reason ''", 1, "a reason must be")
        self.mistake("reason", 1, "needs a text")

    def test_mistakes_are_told_all_at_once_in_their_order(self):
        text = "sesion list\nstat\nwait 5\nsession show\nsay 'x\nexpect stat: a = b\n"
        self.assertEqual([line for line, _ in self.mistakes(text)], [1, 3, 4, 5, 6])

    def test_a_mistake_in_a_loop_is_told_once(self):
        self.mistake("for A in 1 2 3\nsesion list\nend", 2, "unknown command 'sesion'")

    def test_forms_of_statements(self):
        for line in ("set A x", "set A =", "set A = b c", "set 1 = x", "set", "require A", "wait",
                     "require 1 x", "wait 1s 2s", "say", "pause", "$X", "'stat x'"):  # fmt: skip
            self.assertEqual(len(self.mistakes(line)), 1, line)

    def test_the_page_names_every_statement(self):
        page = (ROOT / "scripts" / "sessions" / "README.md").read_text()
        words = "set require reason say wait expect wait-until pause for if"
        for word in words.split():
            self.assertRegex(page, rf"(?m)^\| `{word} ")


class Conditions(unittest.TestCase):
    ROWS = [
        {"instrument": "A", "state": "halted", "tick_size": "0.10"},
        {"instrument": "B", "state": "halted", "tick_size": "2"},
    ]

    def failure(self, text: str, rows=None, result=None, command=("instrument", "list")):
        condition = parse_condition(text.split(), BY_WORDS[command])
        return condition.failure(self.ROWS if rows is None else rows, result or {})

    def of_session(self, text: str, **session):
        return self.failure(text, rows=[], result=session, command=("session", "show"))

    def test_all_any_and_count(self):
        self.assertIsNone(self.failure("all state == halted"))
        self.assertIsNone(self.failure("any instrument == B"))
        self.assertIsNone(self.failure("count == 2"))
        self.assertIsNone(self.failure("all state == x", rows=[]))
        self.assertEqual(self.failure("any state == x", rows=[]), "there are no rows")
        self.assertEqual(self.failure("count > 2"), "count is 2")
        self.assertEqual(self.failure("all instrument == A"), "instrument is B (B)")
        self.assertEqual(self.failure("any state == x"), "state is halted (A), halted (B)")

    def test_everything_joined_by_and_must_hold(self):
        self.assertIsNone(self.failure("all state == halted and count >= 2"))
        self.assertEqual(self.failure("all state == halted and count < 2"), "count is 2")
        self.assertEqual(self.failure("count < 2 and all state == halted"), "count is 2")

    def test_numbers_are_compared_as_numbers_whatever_their_form(self):
        self.assertIsNone(self.failure("any tick_size == 0.1"))
        self.assertIsNone(self.failure("all tick_size >= 0.1"))
        self.assertIsNotNone(self.failure("all tick_size > 0.1"))
        self.assertIsNone(self.failure("all tick_size <= 2.0"))
        self.assertIsNone(self.failure("any tick_size < 1"))
        self.assertIsNone(self.failure("all tick_size != 3"))
        self.assertIsNone(self.of_session("next_in > 9", next_in=10))

    def test_words_for_true_false_and_nothing(self):
        session = {"owed": True, "enabled": False, "address": None, "state": "true"}
        for text in ("owed == true", "enabled == false", "address == null", "state == true"):
            self.assertIsNone(self.of_session(text, **session), text)
        for text in ("owed == 1", "owed == True", "enabled != false", "address != null"):
            self.assertIsNotNone(self.of_session(text, **session), text)

    def test_a_lock_that_is_not_mentioned_is_none(self):
        self.assertIsNone(self.of_session("locked == false"))
        self.assertIsNone(self.of_session("locked == true", locked=True))

    def test_a_field_that_the_answer_lacks_is_an_error_and_not_a_difference(self):
        with self.assertRaisesRegex(NotAsExpected, "no field 'state'"):
            self.of_session("state != halted", session="X")
        with self.assertRaisesRegex(NotAsExpected, "no field 'engine.evnts'; did you mean"):
            self.failure("engine.evnts == 0", [], {"engine": {"events": 1}}, ("stat",))

    def test_figures_are_named_with_dots(self):
        stat = {"engine": {"events": 41}}
        self.assertIsNone(self.failure("engine.events == 41", [], stat, ("stat",)))
        self.assertEqual(
            self.failure("engine.events > 41", [], stat, ("stat",)), "engine.events is 41"
        )

    def test_order_needs_numbers(self):
        with self.assertRaisesRegex(NotAsExpected, "compares numbers"):
            self.of_session("state < 5", state="x")
        with self.assertRaisesRegex(ScriptMistake, "'x' is no number"):
            self.of_session("next_in < x", next_in=1)
        with self.assertRaisesRegex(ScriptMistake, "'x' is no number"):
            self.failure("count == x")

    def test_a_list_that_is_cut_decides_nothing_it_cannot(self):
        cut = {"truncated": True}
        rows = [{"session": "X"}]
        for text in ("count == 1", "all session == X", "any session == Y"):
            with self.assertRaisesRegex(NotAsExpected, "cut at its limit"):
                self.failure(text, rows, cut, ("order", "list"))
        self.assertIsNone(self.failure("any session == X", rows, cut, ("order", "list")))
        self.assertIsNotNone(self.failure("all session == Y", rows, cut, ("order", "list")))

    def test_forms_of_a_comparison(self):
        for text in (
            *("state", "all state", "all state = x", "all state == x y", "count", "== x", "all"),
            *("and", "count == 1 and", "state == halted", "every state == x"),
        ):
            with self.assertRaises(ScriptMistake, msg=text):
                self.failure(text)
        with self.assertRaisesRegex(ScriptMistake, "'all' needs rows"):
            self.of_session("all state == x", state="x")

    def test_an_unknown_field_is_found_before_anything_runs(self):
        with self.assertRaisesRegex(ScriptMistake, "no field 'sate'; did you mean 'state'"):
            self.failure("all sate == halted")


if __name__ == "__main__":
    unittest.main()
