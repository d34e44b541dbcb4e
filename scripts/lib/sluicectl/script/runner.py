"""Runs a script's steps one after the other, and writes down each before and after."""

import time
from collections.abc import Callable
from dataclasses import replace

from .. import show
from ..errors import CtlError, NoConnection, NotAsExpected, Paused, Refused
from ..perform import Change, look, requests_text, show_look
from ..show import Output
from ..values import utc_now
from ..venue import Settings, Terminal, Venue
from .check import reason_of
from .parser import (
    CommandStep,
    ExpectStep,
    PauseStep,
    SayStep,
    Step,
    WaitStep,
    WaitUntilStep,
)
from .transcript import Transcript

# Refusals that another attempt may not meet (PROTOCOL.md).
_PASSING_CODES = frozenset({"busy", "stopping"})


class Runner:
    def __init__(
        self,
        settings: Settings,
        venue: Venue,
        terminal: Terminal,
        out: Output,
        transcript: Transcript,
    ):
        self._settings = settings
        self._venue = venue
        self._terminal = terminal
        self._out = out
        self._transcript = transcript
        self._acts: dict[type, Callable] = {
            CommandStep: self._command,
            ExpectStep: self._expect,
            WaitUntilStep: self._wait_until,
            WaitStep: self._wait,
            SayStep: self._say,
            PauseStep: self._pause,
        }
        # Of the step that runs: "3/40 line 17".
        self._place = ""
        # Rows and result that a `wait-until` saw last.
        self._last: tuple[list[dict], dict] = ([], {})
        self.completed = 0

    def run(self, steps: list[Step], completed: int) -> None:
        """Goes on behind the first `completed` steps. Raises what stopped it."""
        self.completed = completed
        for number, step in enumerate(steps, 1):
            if number <= completed:
                continue
            self._place = f"{number}/{len(steps)} line {step.line}"
            if not self._settings.json:
                self._out.talk(f"[{number}/{len(steps)}] {show.printable(step.text)}")
            self._run_step(step)
            self.completed = number

    def _run_step(self, step: Step) -> None:
        self._record("run", step.text)
        try:
            self._acts[type(step)](step)
        except Paused as pause:
            # Going on behind it is what a resume is for.
            self._record("done", str(pause))
            raise
        except CtlError as problem:
            self._record("failed", str(problem))
            raise
        except KeyboardInterrupt:
            self._record("failed", "interrupted")
            raise
        self._record("done")

    def _record(self, event: str, text: str = "") -> None:
        self._transcript.write(f"{event} {self._place}{f': {text}' if text else ''}")
        if self._settings.json:
            number, total = self._place.split(" ")[0].split("/")
            record = {
                "time": utc_now(),
                "event": event,
                "step": int(number),
                "steps": int(total),
                "line": int(self._place.rsplit(" ", 1)[1]),
                "text": text,
            }
            self._out.data(show.to_json(record))

    def _look(self, step: CommandStep | ExpectStep | WaitUntilStep) -> tuple[list[dict], dict]:
        return look(step.invocation, self._venue)

    def _record_answer(self, rows: list[dict], result: dict) -> None:
        for row in rows:
            self._record("row", show.to_json(row))
        self._record("answer", show.to_json(result))

    def _command(self, step: CommandStep) -> None:
        if step.invocation.command.change:
            self._change(step)
            return
        rows, result = self._look(step)
        self._record_answer(rows, result)
        if not self._settings.json:
            show_look(step.invocation, rows, result, self._settings, self._out)

    def _change(self, step: CommandStep) -> None:
        reason = reason_of(step, self._settings.reason)
        settings = replace(self._settings, reason=reason)
        change = Change(step.invocation, settings, self._venue, self._out)
        if not change.requests:
            self._record("answer", "nothing to do: no session is concerned")
        for request in change.requests:
            self._record("ask", f"{show.to_json(request)} because {show.to_json(reason)}")
            result = change.ask(request, dry_run=False)
            if result is None:
                what = requests_text(step.invocation, request)
                self._record("answer", f"passed over, its state had changed: {what}")
                continue
            self._record("answer", show.to_json(result))
            if not self._settings.json:
                change.show(request, result)

    def _expect(self, step: ExpectStep) -> None:
        rows, result = self._look(step)
        self._record_answer(rows, result)
        failure = step.condition.failure(rows, result)
        if failure is not None:
            raise NotAsExpected(f"expected {step.condition}: {failure}")

    def _wait_until(self, step: WaitUntilStep) -> None:
        deadline = time.monotonic() + step.within_s
        seen = None
        while True:
            failure = self._failure(step)
            if failure is None:
                self._record_answer(*self._last)
                return
            if failure != seen:
                self._record("waits", failure)
                seen = failure
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotAsExpected(f"not within {step.within_s:g} s: {step.condition}: {failure}")
            time.sleep(min(step.every_s, left))

    def _failure(self, step: WaitUntilStep) -> str | None:
        """A venue that is away, in a restart say, or busy is one more reason to wait."""
        try:
            self._last = self._look(step)
            return step.condition.failure(*self._last)
        except NoConnection as problem:
            return str(problem)
        except Refused as refusal:
            if refusal.code not in _PASSING_CODES:
                raise
            return str(refusal)

    def _wait(self, step: WaitStep) -> None:
        time.sleep(step.seconds)

    def _say(self, step: SayStep) -> None:
        self._out.talk(show.printable(step.message))

    def _pause(self, step: PauseStep) -> None:
        self._out.talk(show.printable(step.message))
        if self._terminal.is_interactive() and self._terminal.confirm("Go on?"):
            return
        raise Paused(f"paused: {step.message}")
