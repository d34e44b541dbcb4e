"""What `expect` and `wait-until` judge: a field of an answer against a value."""

import operator
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ..arguments import did_you_mean
from ..commands import ABSENT
from ..errors import NotAsExpected
from ..show import flatten, shown
from ..table import Command
from .lexer import ScriptMistake

_EQUALITY = {"==": operator.eq, "!=": operator.ne}
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
OPERATORS = (*_EQUALITY, *_ORDER)
_QUANTIFIERS = ("all", "any")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# So many values are told when a condition does not hold.
_SEEN_MAX = 5


@dataclass(frozen=True)
class Comparison:
    """`quantifier` is empty for the one object of a `show`, else all, any or count."""

    quantifier: str
    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        words = [self.quantifier, self.field, self.operator, self.value or '""']
        return " ".join(word for word in words if word)

    def holds(self, rows: list[dict], result: dict) -> bool:
        if self.quantifier == "count":
            _require_complete(result, self)
            return _compare(len(rows), self.operator, self.value)
        if self.quantifier == "any":
            found = any(self._matches(row) for row in rows)
            if not found:
                _require_complete(result, self)
            return found
        if self.quantifier == "all":
            good = all(self._matches(row) for row in rows)
            if good:
                _require_complete(result, self)
            return good
        return self._matches(result)

    def _matches(self, source: dict) -> bool:
        return _compare(field_of(source, self.field), self.operator, self.value)

    def seen(self, rows: list[dict], result: dict) -> str:
        """What there is instead."""
        if self.quantifier == "count":
            return f"count is {len(rows)}"
        if not self.quantifier:
            return f"{self.field} is {shown(field_of(result, self.field))}"
        wrong = [row for row in rows if not self._matches(row)]
        parts = [_row_text(row, self.field) for row in wrong[:_SEEN_MAX]]
        more = f" and {len(wrong) - _SEEN_MAX} more" if len(wrong) > _SEEN_MAX else ""
        return f"{self.field} is {', '.join(parts)}{more}" if parts else "there are no rows"


def _row_text(row: dict, field: str) -> str:
    """The value, and whose it is: a row's first member names it."""
    name = shown(next(iter(row.values()), None))
    return f"{shown(field_of(row, field))} ({name})"


def _require_complete(result: dict, comparison: Comparison) -> None:
    if result.get("truncated"):
        raise NotAsExpected(
            f"'{comparison}' cannot be told: the list is cut at its limit, raise --limit"
        )


def field_of(source: dict, name: str) -> object:
    """A field by its dotted name. Raises NotAsExpected when the answer does not have it."""
    if name in ABSENT and name not in source:
        return ABSENT[name]
    leaves = dict(flatten(source))
    if name in source:
        return source[name]
    if name not in leaves:
        near = did_you_mean(name, tuple(leaves)) if len(leaves) <= 40 else ""
        raise NotAsExpected(f"the answer has no field '{name}'{near}")
    return leaves[name]


def _compare(actual: object, sign: str, wanted: str) -> bool:
    if sign in _ORDER:
        left, right = _number(actual), _number(wanted)
        if left is None or right is None:
            raise NotAsExpected(
                f"'{sign}' compares numbers; {shown(actual)} {sign} {wanted} are not two of them"
            )
        return _ORDER[sign](left, right)
    return _EQUALITY[sign](_is_equal(actual, wanted), True)


def _is_equal(actual: object, wanted: str) -> bool:
    if actual is None or isinstance(actual, bool):
        return {None: "null", True: "true", False: "false"}[actual] == wanted
    left, right = _number(actual), _number(wanted)
    if left is not None and right is not None:
        return left == right
    return str(actual) == wanted


def _number(value: object) -> Decimal | None:
    if not isinstance(value, (int, float, str)):
        return None
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", str(value)):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold."""

    comparisons: tuple[Comparison, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.comparisons))

    def failure(self, rows: list[dict], result: dict) -> str | None:
        """What is otherwise, or None when everything holds."""
        for comparison in self.comparisons:
            if not comparison.holds(rows, result):
                return comparison.seen(rows, result)
        return None


def parse_condition(words: list[str], command: Command) -> Condition:
    """COMPARISON { and COMPARISON }, for the answers of `command`. Raises ScriptMistake."""
    groups: list[list[str]] = [[]]
    for word in words:
        if word == "and":
            groups.append([])
        else:
            groups[-1].append(word)
    return Condition(tuple(_parse_comparison(group, command) for group in groups))


def _parse_comparison(words: list[str], command: Command) -> Comparison:
    quantifier = ""
    left = list(words)
    if left and (left[0] in _QUANTIFIERS or left[0] == "count"):
        quantifier = left.pop(0)
    field = "" if quantifier == "count" else (left.pop(0) if left else "")
    if len(left) != 2 or left[0] not in OPERATORS or (not field and quantifier != "count"):
        raise ScriptMistake(
            f"'{' '.join(words)}' is no condition: it is FIELD OP VALUE, all FIELD OP VALUE, any"
            f" FIELD OP VALUE or count OP NUMBER, with OP one of {' '.join(OPERATORS)}"
        )
    sign, value = left
    _check_kind(quantifier, field, sign, value, command)
    return Comparison(quantifier, field, sign, value)


def _check_kind(quantifier: str, field: str, sign: str, value: str, command: Command) -> None:
    if command.has_rows and not quantifier:
        raise ScriptMistake(f"'{command.name}' answers with rows: say all, any or count")
    if quantifier and not command.has_rows:
        raise ScriptMistake(f"'{command.name}' answers with one object: '{quantifier}' needs rows")
    if (quantifier == "count" or sign in _ORDER) and _number(value) is None:
        raise ScriptMistake(f"'{value}' is no number to compare with")
    if not field:
        return
    if not _FIELD.fullmatch(field):
        raise ScriptMistake(f"'{field}' is no name of a field")
    if command.fields is not None and field not in command.fields:
        raise ScriptMistake(
            f"'{command.name}' has no field '{field}'{did_you_mean(field, command.fields)}"
        )
