"""Lines of a script as words, and words as text once the variables are known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPED_IN_QUOTES = '"\\$'


class ScriptMistake(ValueError):
    """What is wrong with one line, and what would be right."""


@dataclass(frozen=True)
class Piece:
    text: str
    is_variable: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class Word:
    pieces: tuple[Piece, ...]

    @property
    def bare(self) -> str | None:
        """The word as it is written, when it has neither quotes nor variables: a keyword, say."""
        if len(self.pieces) == 1 and not self.pieces[0].is_variable and not self.pieces[0].quoted:
            return self.pieces[0].text
        return None

    @property
    def list_variable(self) -> str | None:
        """The name, when the word is nothing but an unquoted variable."""
        only = self.pieces[0] if len(self.pieces) == 1 else Piece("")
        return only.text if only.is_variable and not only.quoted else None

    @property
    def ends_with_colon(self) -> bool:
        last = self.pieces[-1]
        return last.text.endswith(":") and not last.is_variable and not last.quoted

    def without_colon(self) -> "Word | None":
        last = self.pieces[-1]
        head = self.pieces[:-1]
        if last.text != ":":
            head = (*head, Piece(last.text[:-1]))
        return Word(head) if head else None

    def expand(self, variables: Mapping[str, str]) -> str:
        return "".join(
            _value(piece.text, variables) if piece.is_variable else piece.text
            for piece in self.pieces
        )


def _value(name: str, variables: Mapping[str, str]) -> str:
    if name not in variables:
        raise ScriptMistake(
            f"the variable {name} has no value: 'set {name} = ...' before this line, or"
            f" 'require {name} \"...\"' and --set {name}=..."
        )
    return variables[name]


class _Lexer:
    def __init__(self, text: str):
        self._text = text
        self._at = 0
        self._words: list[Word] = []
        self._pieces: list[Piece] = []
        self._plain = ""

    def words(self) -> list[Word]:
        while self._at < len(self._text):
            c = self._text[self._at]
            if c in " \t":
                self._end_word()
                self._at += 1
            elif c == "#" and not self._pieces and not self._plain:
                break
            elif c == "'":
                self._single_quoted()
            elif c == '"':
                self._double_quoted()
            elif c == "$":
                self._end_plain(quoted=False)
                self._pieces.append(self._variable(quoted=False))
            elif c == "\\":
                self._plain += self._escaped(any_character=True)
            else:
                self._plain += c
                self._at += 1
        self._end_word()
        return self._words

    def _end_plain(self, quoted: bool, keep_empty: bool = False) -> None:
        if self._plain or keep_empty:
            self._pieces.append(Piece(self._plain, quoted=quoted))
        self._plain = ""

    def _end_word(self) -> None:
        self._end_plain(quoted=False)
        if self._pieces:
            self._words.append(Word(tuple(self._pieces)))
            self._pieces = []

    def _single_quoted(self) -> None:
        self._end_plain(quoted=False)
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise ScriptMistake("a ' is opened and not closed")
        self._pieces.append(Piece(self._text[self._at + 1 : end], quoted=True))
        self._at = end + 1

    def _double_quoted(self) -> None:
        self._end_plain(quoted=False)
        self._at += 1
        first = len(self._pieces)
        while self._at < len(self._text) and self._text[self._at] != '"':
            c = self._text[self._at]
            if c == "$":
                self._end_plain(quoted=True)
                self._pieces.append(self._variable(quoted=True))
            elif c == "\\":
                self._plain += self._escaped(any_character=False)
            else:
                self._plain += c
                self._at += 1
        if self._at >= len(self._text):
            raise ScriptMistake('a " is opened and not closed')
        self._at += 1
        # "" is a word too.
        self._end_plain(quoted=True, keep_empty=len(self._pieces) == first)

    def _escaped(self, any_character: bool) -> str:
        following = self._text[self._at + 1 : self._at + 2]
        if not following:
            raise ScriptMistake("a \\ at the end stands for nothing")
        self._at += 2
        if any_character or following in _ESCAPED_IN_QUOTES:
            return following
        return "\\" + following

    def _variable(self, quoted: bool) -> Piece:
        braced = self._text.startswith("${", self._at)
        found = _NAME.match(self._text, self._at + (2 if braced else 1))
        if found is None or (braced and self._text[found.end() : found.end() + 1] != "}"):
            raise ScriptMistake("a $ must begin $NAME or ${NAME}; \\$ is the character itself")
        self._at = found.end() + (1 if braced else 0)
        return Piece(found[0], is_variable=True, quoted=quoted)


def words_of(line: str) -> list[Word]:
    return _Lexer(line).words()


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def quote(text: str) -> str:
    """A value as it can stand in a script: what a transcript shows can be run again."""
    if re.fullmatch(r"[A-Za-z0-9_@%+=:,./*-]+", text):
        return text
    escaped = re.sub(r'(["\\$])', r"\\\1", text)
    return f'"{escaped}"'
