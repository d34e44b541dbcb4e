"""Looks at every step of a script before the first one runs.

What is asked of the venue here changes nothing: changes go as dry runs, conditions and looks are
asked once so that their names exist. What an earlier step may alter is not an error yet.
"""

from dataclasses import dataclass, field

from .. import show
from ..errors import Refused
from ..perform import look, requests_of, requests_text
from ..venue import Venue
from .parser import (
    CommandStep,
    ExpectStep,
    Mistake,
    PauseStep,
    SayStep,
    Script,
    Step,
    WaitStep,
    WaitUntilStep,
)

# Refusals that speak of the moment: steps before, or a wait, may put them right.
_STATE_CODES = frozenset({"wrong_state", "unknown_order", "busy"})
LATER = "what it depends on may change before: it is known when it runs"


@dataclass
class PlannedStep:
    step: Step
    # What the venue says it would do, or why that is known only later.
    effects: list[str] = field(default_factory=list)


def is_change(step: Step) -> bool:
    return isinstance(step, CommandStep) and step.invocation.command.change


def reason_of(step: CommandStep, given: str | None) -> str | None:
    """The line's own, else that of the run, else the script's."""
    return step.own_reason or given or step.script_reason


def require_reasons(script: Script, given: str | None) -> None:
    for step in script.steps:
        if is_change(step) and not reason_of(step, given):
            text = (
                "this changes something and needs a reason: --reason for the run,"
                ' or a line: reason "why"'
            )
            script.mistakes.append(Mistake(step.line, text))
            return


class Checker:
    """Goes through the steps once. Answers are kept: loops ask the same again and again."""

    def __init__(self, venue: Venue, reason: str | None):
        self._venue = venue
        self._reason = reason
        self._known: dict[str, list[str] | Refused] = {}
        self._moved = False
        self.planned: list[PlannedStep] = []
        self.refusals: list[tuple[Step, Refused]] = []

    def run(self, steps: list[Step]) -> None:
        for step in steps:
            self.planned.append(PlannedStep(step, self._effects(step)))
            moves = isinstance(step, (WaitStep, WaitUntilStep, PauseStep))
            self._moved = self._moved or moves or is_change(step)

    def _effects(self, step: Step) -> list[str]:
        if isinstance(step, (SayStep, WaitStep, PauseStep)):
            return []
        key = step.text
        if key not in self._known:
            try:
                self._known[key] = self._ask(step)
            except Refused as refusal:
                self._known[key] = refusal
        found = self._known[key]
        if not isinstance(found, Refused):
            return found
        if found.code in _STATE_CODES and self._moved:
            return [LATER]
        self.refusals.append((step, found))
        return []

    def _ask(self, step: Step) -> list[str]:
        assert isinstance(step, (CommandStep, ExpectStep, WaitUntilStep))
        if is_change(step):
            return self._dry_run(step)
        look(step.invocation, self._venue)
        return []

    def _dry_run(self, step: CommandStep) -> list[str]:
        invocation = step.invocation
        reason = reason_of(step, self._reason)
        lines: list[str] = []
        requests = requests_of(invocation, self._venue)
        for request in requests:
            result = self._venue.ask(
                invocation.command.request, request, reason=reason, dry_run=True
            )
            what = requests_text(invocation, request)
            lines.append(f"{what}: {'; '.join(show.change(result))}")
        if invocation.command.expand is not None and "sessions" not in invocation.values:
            lines.append("for those sessions that it concerns when it runs")
        return lines
