"""Reads the words of one command line, or of one line of a script, by the table of commands."""

import difflib
from dataclasses import dataclass, field

from .commands import BY_WORDS, FIRST_WORDS, GLOBAL_OPTIONS, second_words
from .errors import UsageError
from .table import Command, Option, Positional, Values
from .values import Kind

# In a script the run decides these for all its lines.
_ALLOWED_IN_SCRIPTS = frozenset({"--reason"})
_NO_VALUE = object()


@dataclass
class Invocation:
    command: Command
    values: Values = field(default_factory=dict)
    # Of GLOBAL_OPTIONS, by key.
    flags: Values = field(default_factory=dict)


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """A suggestion to append, or what there is when nothing is near and the list is short."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there is {', '.join(known)}" if known else ""


class _Reader:
    """One pass over the words. Errors name the command as far as it was understood."""

    def __init__(self, words: list[str], in_script: bool):
        self._words = words
        self._in_script = in_script
        self._at = 0
        self._path: tuple[str, ...] = ()
        self._command: Command | None = None
        self._plain: list[str] = []
        self._found: Values = {}
        self._flags: Values = {}
        self._help = False

    def read(self) -> Invocation:
        options_end = False
        while self._at < len(self._words):
            word = self._words[self._at]
            self._at += 1
            if not options_end and word == "--":
                options_end = True
            elif not options_end and word.startswith("-") and word != "-":
                self._read_option(word)
            elif self._command is None:
                self._read_command_word(word)
            else:
                self._plain.append(word)
        if self._command is None:
            return self._without_command()
        if "help" not in self._flags:
            self._place_positionals(self._command)
            self._require(self._command)
        return Invocation(self._command, self._found, self._flags)

    def _fail(self, message: str) -> UsageError:
        return UsageError(message, " ".join(self._path))

    def _without_command(self) -> Invocation:
        if not self._in_script and ("help" in self._flags or "version" in self._flags):
            return Invocation(
                BY_WORDS[("help",)], {"words": list(self._path)} if self._path else {}, self._flags
            )
        if self._path:
            known = ", ".join(second_words(self._path[0]))
            raise self._fail(f"'{self._path[0]}' needs a word more: {known}")
        raise self._fail("a command is missing")

    def _read_command_word(self, word: str) -> None:
        known = second_words(self._path[0]) if self._path else FIRST_WORDS
        if word not in known:
            what = " ".join((*self._path, word))
            raise self._fail(f"unknown command '{what}'{did_you_mean(word, known)}")
        self._path = (*self._path, word)
        self._command = BY_WORDS.get(self._path)
        if self._command and self._in_script and not self._command.in_scripts:
            raise self._fail(f"'{self._command.name}' has no place in a script")

    def _read_option(self, word: str) -> None:
        flag, equals, text = word.partition("=")
        flag = {"-h": "--help", "-y": "--yes"}.get(flag, flag)
        option = self._command.option(flag) if self._command else None
        if option is not None:
            self._store(self._found, option, text if equals else _NO_VALUE)
            return
        option = next((o for o in GLOBAL_OPTIONS if o.flag == flag), None)
        if option is None:
            raise self._fail(self._unknown_option(flag))
        if self._in_script and flag not in _ALLOWED_IN_SCRIPTS:
            raise self._fail(f"{flag} is given to the whole run, not to a line of a script")
        self._store(self._flags, option, text if equals else _NO_VALUE)

    def _unknown_option(self, flag: str) -> str:
        if self._command is None:
            known = tuple(o.flag for o in GLOBAL_OPTIONS)
            where = " before the command"
        else:
            known = tuple(o.flag for o in (*self._options(), *GLOBAL_OPTIONS))
            where = f" of '{self._command.name}'"
        return f"unknown option '{flag}'{where}{did_you_mean(flag, known)}"

    def _store(self, into: Values, option: Option, text: object) -> None:
        if option.key in into and not option.many:
            raise self._fail(f"{option.flag} is there twice")
        if option.kind is None:
            into[option.key] = self._read_switch(option, text)
            return
        if text is _NO_VALUE:
            text = self._next_word(option)
        value = self._read_value(option.flag, option.kind, str(text))
        if not option.many:
            into[option.key] = value
            return
        values = into.setdefault(option.key, [])
        values.append(value)
        if len(values) > option.many_max:
            raise self._fail(f"{option.flag} may be given {option.many_max} times at most")

    def _next_word(self, option: Option) -> str:
        assert option.kind is not None
        if self._at >= len(self._words):
            raise self._fail(f"{option.flag} needs a value: {option.kind.placeholder}")
        word = self._words[self._at]
        # `--reason --yes` must not take the one for the other and then not be asked about.
        if any(o.flag == word for o in (*self._options(), *GLOBAL_OPTIONS)):
            raise self._fail(
                f"{option.flag} needs a value, and the option {word} follows;"
                f" {option.flag}={word} if that is the value"
            )
        self._at += 1
        return word

    def _options(self) -> tuple[Option, ...]:
        return self._command.options if self._command else ()

    def _read_switch(self, option: Option, text: object) -> bool:
        if text is _NO_VALUE or text == "yes":
            return True
        if text == "no":
            return False
        raise self._fail(f"{option.flag} takes no value but yes or no, not '{text}'")

    def _read_value(self, what: str, kind: Kind, text: str) -> object:
        try:
            return kind.read(text)
        except ValueError as problem:
            raise self._fail(f"{what} cannot be '{text}': it must be {problem}") from None

    def _place_positionals(self, command: Command) -> None:
        left = list(self._plain)
        for positional in command.positionals:
            taken = left if positional.many else left[:1]
            left = left[len(taken) :]
            if taken:
                self._place(positional, taken)
            elif positional.required:
                raise self._fail(f"'{command.name}' needs {_shown(positional)}")
        if left:
            raise self._fail(f"'{command.name}' has no place for '{left[0]}'")

    def _place(self, positional: Positional, words: list[str]) -> None:
        name = positional.kind.placeholder
        values = [self._read_value(name, positional.kind, word) for word in words]
        self._found[positional.key] = values if positional.many else values[0]

    def _require(self, command: Command) -> None:
        given = {key for key, value in self._found.items() if value is not False}
        for option in command.options:
            if option.required and option.key not in given:
                raise self._fail(f"'{command.name}' needs {option.flag}")
        for one, other in command.not_with:
            if one in given and other in given:
                names = f"{_named(command, one)} and {_named(command, other)}"
                raise self._fail(f"{names} exclude each other")
        if command.one_of and len(given & set(command.one_of)) != 1:
            raise self._fail(
                f"'{command.name}' needs exactly one of {_names(command, command.one_of)}"
            )
        if command.any_of and not given & set(command.any_of):
            raise self._fail(f"'{command.name}' needs one of {_names(command, command.any_of)}")


def _shown(positional: Positional) -> str:
    return positional.kind.placeholder + ("..." if positional.many else "")


def _named(command: Command, key: str) -> str:
    positional = next((p for p in command.positionals if p.key == key), None)
    return _shown(positional) if positional else "--" + key.replace("_", "-")


def _names(command: Command, keys: tuple[str, ...]) -> str:
    return ", ".join(_named(command, key) for key in keys)


def parse(words: list[str], in_script: bool = False) -> Invocation:
    """Raises UsageError with what is wrong and what would be right."""
    return _Reader(words, in_script).read()


def require_reason(invocation: Invocation, reason: str | None) -> None:
    if invocation.command.change and not reason:
        raise UsageError(
            f"'{invocation.command.name}' changes something and needs a reason: add"
            ' --reason "why", it goes into the audit log',
            invocation.command.name,
        )
