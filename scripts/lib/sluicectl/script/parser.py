"""A script's text as the flat list of its steps: variables filled in, loops unrolled.

Everything that can be wrong with the text is found here, all of it and not only the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..arguments import Invocation, did_you_mean, parse
from ..commands import FIRST_WORDS
from ..errors import UsageError
from ..values import read_duration, read_reason
from .condition import Condition, parse_condition
from .lexer import ScriptMistake, Word, is_name, quote, words_of

# A script is written by hand: more than this is a file of something else.
TEXT_BYTES_MAX = 1024 * 1024
STEPS_MAX = 10000
# Lines that are read while loops are unrolled, and blocks within one another.
LINES_READ_MAX = 100000
DEPTH_MAX = 16
DEFAULT_EVERY_S = 1.0
_BLOCKS = ("for", "if")
# Values for a variable that has none while the rest is read: a number or name, and a duration. Only
# what is wrong with both is wrong.
_STAND_INS = ("1", "1s")


@dataclass(frozen=True)
class Step:
    """`text` is the line as it runs, with its variables filled in."""

    line: int
    text: str


@dataclass(frozen=True)
class CommandStep(Step):
    invocation: Invocation
    # Of the line itself or the script; --reason of the run comes before the script's.
    own_reason: str | None = None
    script_reason: str | None = None


@dataclass(frozen=True)
class ExpectStep(Step):
    invocation: Invocation
    condition: Condition


@dataclass(frozen=True)
class WaitUntilStep(Step):
    invocation: Invocation
    condition: Condition
    within_s: float
    every_s: float


@dataclass(frozen=True)
class WaitStep(Step):
    seconds: float


@dataclass(frozen=True)
class SayStep(Step):
    message: str


@dataclass(frozen=True)
class PauseStep(Step):
    message: str


@dataclass(frozen=True)
class Mistake:
    line: int
    text: str


@dataclass
class Script:
    steps: list[Step] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    # All that have a value at the end, by name.
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    number: int
    words: list[Word]


class _Parser:
    def __init__(self, given: Mapping[str, str], stand_in: str):
        self._given = given
        self._stand_in = stand_in
        self._known: set[str] = set()
        self._variables: dict[str, str] = {}
        self._reason: str | None = None
        self._script = Script()
        self._lines_read = 0
        self._depth = 0
        self._statements: dict[str, Callable[[_Line], None]] = {
            "set": self._set,
            "require": self._require,
            "reason": self._read_reason,
            "say": self._say,
            "pause": self._pause,
            "wait": self._wait,
            "wait-until": self._wait_until,
            "expect": self._expect,
        }

    def parse(self, text: str) -> Script:
        self._run_block(self._read_lines(text))
        for name in self._given:
            if name not in self._known:
                near = did_you_mean(name, tuple(sorted(self._known)))
                self._bad(0, f"--set {name}: the script has no variable of this name{near}")
        self._script.variables = dict(self._variables)
        return self._script

    def _bad(self, line: int, text: str) -> None:
        mistake = Mistake(line, text)
        # A line in a loop is read many times and is wrong once.
        if mistake not in self._script.mistakes:
            self._script.mistakes.append(mistake)

    def _read_lines(self, text: str) -> list[_Line]:
        lines: list[_Line] = []
        joined, first = "", 0
        for number, raw in enumerate(text.split("\n"), 1):
            first = first or number
            if raw.endswith("\\"):
                joined += raw[:-1] + " "
                continue
            try:
                words = words_of(joined + raw)
                if words:
                    lines.append(_Line(first, words))
            except ScriptMistake as problem:
                self._bad(first, str(problem))
            joined, first = "", 0
        if joined:
            self._bad(first, "the last line ends in \\: there is nothing to go on with")
        return lines

    def _run_block(self, lines: list[_Line]) -> None:
        at = 0
        while at < len(lines):
            line = lines[at]
            keyword = line.words[0].bare
            at += 1
            self._lines_read += 1
            if self._lines_read > LINES_READ_MAX:
                if self._lines_read == LINES_READ_MAX + 1:
                    self._bad(line.number, f"the loops have more than {LINES_READ_MAX} lines")
                return
            if keyword in _BLOCKS:
                end = _find_end(lines, at)
                if end is None:
                    self._bad(line.number, f"this '{keyword}' has no 'end'")
                    return
                self._block(line, lines[at:end])
                at = end + 1
            elif keyword == "end":
                self._bad(line.number, "this 'end' belongs to no 'for' or 'if'")
            else:
                self._guard(line, lambda line=line: self._statement(line))

    def _block(self, line: _Line, body: list[_Line]) -> None:
        if self._depth >= DEPTH_MAX:
            self._bad(line.number, f"more than {DEPTH_MAX} blocks are within one another")
            return
        self._depth += 1
        act = self._loop if line.words[0].bare == "for" else self._if
        self._guard(line, lambda: act(line, body))
        self._depth -= 1

    def _guard(self, line: _Line, act: Callable[[], None]) -> None:
        try:
            act()
        except (ScriptMistake, UsageError) as problem:
            self._bad(line.number, str(problem))

    def _statement(self, line: _Line) -> None:
        keyword = line.words[0].bare
        act = self._statements.get(keyword or "")
        if act is not None:
            act(line)
            return
        if keyword is not None and keyword not in FIRST_WORDS:
            known = (*self._statements, *_BLOCKS, *FIRST_WORDS)
            raise ScriptMistake(f"unknown command '{keyword}'{did_you_mean(keyword, known)}")
        invocation = parse(self._expand(line.words), in_script=True)
        self._add(
            CommandStep(
                line.number,
                self._text(line),
                invocation,
                invocation.flags.get("reason"),
                self._reason,
            )
        )

    def _add(self, step: Step) -> None:
        if len(self._script.steps) >= STEPS_MAX:
            raise ScriptMistake(f"the script has more than {STEPS_MAX} steps")
        self._script.steps.append(step)

    def _expand(self, words: list[Word]) -> list[str]:
        return [word.expand(self._variables) for word in words]

    def _text(self, line: _Line) -> str:
        return " ".join(
            word.bare if word.bare is not None else quote(word.expand(self._variables))
            for word in line.words
        )

    def _loop(self, line: _Line, body: list[_Line]) -> None:
        words = line.words
        name = words[1].bare if len(words) > 1 else None
        if name is None or not is_name(name) or len(words) < 3 or words[2].bare != "in":
            raise ScriptMistake("a loop is: for NAME in VALUE... and, after its lines, end")
        if name in self._known and name in self._given:
            raise ScriptMistake(f"{name} is given by --set: a loop cannot use the name")
        values: list[str] = []
        for word in words[3:]:
            value = word.expand(self._variables)
            values += value.split() if word.list_variable else [value]
        before = self._variables.get(name)
        for value in values:
            self._variables[name] = value
            self._run_block(body)
        if not values:
            self._variables[name] = self._stand_in
            self._check_unused(body)
        self._variables.pop(name, None)
        if before is not None:
            self._variables[name] = before

    def _if(self, line: _Line, body: list[_Line]) -> None:
        if len(line.words) != 2:
            raise ScriptMistake("it is: if VALUE and, after its lines, end")
        if line.words[1].expand(self._variables) in ("", "no"):
            self._check_unused(body)
        else:
            self._run_block(body)

    def _check_unused(self, body: list[_Line]) -> None:
        """Lines that do not run are read too: their mistakes show before the night it matters."""
        kept = len(self._script.steps)
        variables, reason = dict(self._variables), self._reason
        self._run_block(body)
        self._variables, self._reason = variables, reason
        del self._script.steps[kept:]

    def _set(self, line: _Line) -> None:
        words = line.words
        name = words[1].bare if len(words) > 1 else None
        if name is None or not is_name(name) or len(words) != 4 or words[2].bare != "=":
            raise ScriptMistake('it is: set NAME = VALUE, the value in quotes if it has spaces')
        self._known.add(name)
        self._variables[name] = self._given.get(name, words[3].expand(self._variables))

    def _require(self, line: _Line) -> None:
        words = self._expand(line.words)
        if len(words) != 3 or not is_name(words[1]):
            raise ScriptMistake('it is: require NAME "what it is"')
        name = words[1]
        self._known.add(name)
        if name not in self._given:
            self._variables.setdefault(name, self._stand_in)
            raise ScriptMistake(f"{name} is missing: {words[2]}; give it with --set {name}=...")
        self._variables[name] = self._given[name]

    def _read_reason(self, line: _Line) -> None:
        text = self._only_text(line)
        try:
            self._reason = read_reason(text)
        except ValueError as problem:
            raise ScriptMistake(f"a reason must be {problem}") from None

    def _only_text(self, line: _Line) -> str:
        if len(line.words) < 2:
            raise ScriptMistake(f"'{line.words[0].bare}' needs a text")
        return " ".join(self._expand(line.words[1:]))

    def _say(self, line: _Line) -> None:
        self._add(SayStep(line.number, self._text(line), self._only_text(line)))

    def _pause(self, line: _Line) -> None:
        self._add(PauseStep(line.number, self._text(line), self._only_text(line)))

    def _wait(self, line: _Line) -> None:
        words = self._expand(line.words)
        if len(words) != 2:
            raise ScriptMistake("it is: wait DURATION")
        self._add(WaitStep(line.number, self._text(line), _duration(words[1])))

    def _expect(self, line: _Line) -> None:
        invocation, condition = self._expression(line.words[1:])
        self._add(ExpectStep(line.number, self._text(line), invocation, condition))

    def _wait_until(self, line: _Line) -> None:
        words, every_s = line.words[1:], DEFAULT_EVERY_S
        if len(words) > 2 and words[-2].bare == "every":
            every_s = _duration(words[-1].expand(self._variables))
            words = words[:-2]
            if every_s <= 0:
                raise ScriptMistake("'every' must be longer than nothing")
        if len(words) < 3 or words[-2].bare != "within":
            raise ScriptMistake(
                "it is: wait-until COMMAND: CONDITION within DURATION [every DURATION]"
            )
        within_s = _duration(words[-1].expand(self._variables))
        invocation, condition = self._expression(words[:-2])
        self._add(
            WaitUntilStep(line.number, self._text(line), invocation, condition, within_s, every_s)
        )

    def _expression(self, words: list[Word]) -> tuple[Invocation, Condition]:
        """COMMAND: CONDITION. The first word that ends in an unquoted colon ends the command."""
        at = next((i for i, word in enumerate(words) if word.ends_with_colon), None)
        if at is None:
            raise ScriptMistake("a condition is COMMAND: CONDITION, and there is no ':'")
        last = words[at].without_colon()
        command_words = [*words[:at], *([last] if last else [])]
        invocation = parse(self._expand(command_words), in_script=True)
        if invocation.command.change:
            raise ScriptMistake(
                f"'{invocation.command.name}' changes something: a condition only looks"
            )
        condition = parse_condition(self._expand(words[at + 1 :]), invocation.command)
        return invocation, condition


def _find_end(lines: list[_Line], at: int) -> int | None:
    depth = 1
    for i in range(at, len(lines)):
        keyword = lines[i].words[0].bare
        depth += 1 if keyword in _BLOCKS else -1 if keyword == "end" else 0
        if depth == 0:
            return i
    return None


def _duration(text: str) -> float:
    try:
        return read_duration(text)
    except ValueError as problem:
        raise ScriptMistake(f"'{text}' must be {problem}") from None


def parse_script(text: str, given: Mapping[str, str]) -> Script:
    """Never raises: what is wrong is in `mistakes`, in the order of its lines."""
    if len(text.encode("utf-8", "surrogateescape")) > TEXT_BYTES_MAX:
        return Script(mistakes=[Mistake(0, f"the script has more than {TEXT_BYTES_MAX} bytes")])
    script, *others = [_Parser(given, stand_in).parse(text) for stand_in in _STAND_INS]
    script.mistakes = sorted(
        (m for m in script.mistakes if all(m in other.mistakes for other in others)),
        key=lambda mistake: mistake.line,
    )
    return script
