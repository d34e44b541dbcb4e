"""What a command is made of. `commands` is the table: parsing, help and completion go by it."""

from collections.abc import Callable
from dataclasses import dataclass

from .values import Kind

# Values of one command line by key: a flag's name with underscores, or a positional's.
Values = dict[str, object]
# Asks the venue something that changes nothing; returns rows and result.
Ask = Callable[[str, dict], tuple[list[dict], dict]]


@dataclass(frozen=True)
class Positional:
    key: str
    kind: Kind
    many: bool = False
    required: bool = True


@dataclass(frozen=True)
class Option:
    flag: str
    help: str
    # None: a switch, which also takes =yes and =no so that a script can decide by a variable.
    kind: Kind | None = None
    many: bool = False
    many_max: int = 1000
    required: bool = False

    @property
    def key(self) -> str:
        return self.flag[2:].replace("-", "_")


def _plain(values: Values) -> dict:
    """Args named as the values are; switches that are off are left out."""
    return {key: value for key, value in values.items() if value is not False}


@dataclass(frozen=True)
class Command:
    words: tuple[str, ...]
    summary: str
    # The protocol's command; empty for what sluicectl does by itself.
    request: str = ""
    positionals: tuple[Positional, ...] = ()
    options: tuple[Option, ...] = ()
    # Exactly one of these keys must be given; or at least one; or not both of each pair.
    one_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    not_with: tuple[tuple[str, str], ...] = ()
    change: bool = False
    # What a change does, for the question before it: a sentence from the request's args.
    action: Callable[[dict], str] | None = None
    args: Callable[[Values], dict] = _plain
    # Several requests from one command line. None: one request with `args`.
    expand: Callable[[Values, Ask], list[dict]] | None = None
    # Columns of a table, in order; fields beyond them are in --json alone.
    columns: tuple[str, ...] = ()
    # Fields that conditions in scripts may name. None: any dotted name, as `stat` has its own.
    fields: tuple[str, ...] | None = ()
    has_rows: bool = False
    # Shows only some rows of what came.
    keep_row: Callable[[Values, dict], bool] | None = None
    in_scripts: bool = True
    notes: str = ""
    examples: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(self.words)

    def option(self, flag: str) -> Option | None:
        return next((o for o in self.options if o.flag == flag), None)

