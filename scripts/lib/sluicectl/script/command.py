"""`sluicectl run`: reads, checks, asks, runs, and says where it stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .. import show
from ..completion import SESSION_SCRIPTS
from ..errors import CtlError, ExitCode, NoConnection, NotConfirmed, Refused, Terminated, UsageError
from ..perform import require_confirmation
from ..show import Output
from ..table import Values
from ..venue import Settings, Terminal, Venue
from . import transcript as transcripts
from .check import Checker, PlannedStep, is_change, require_reasons
from .lexer import is_name, quote
from .parser import Script, parse_script
from .runner import Runner
from .transcript import Header, Progress, Transcript


def _read_text(name: str) -> tuple[Path, str]:
    path = Path(name)
    shipped = SESSION_SCRIPTS / name
    if "/" not in name and not path.is_file() and shipped.is_file():
        path = shipped
    try:
        return path, path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is no text in UTF-8") from None
    except OSError as problem:
        raise UsageError(f"cannot read {name}: {problem.strerror}") from None


def _read_given(values: Values) -> dict[str, str]:
    given: dict[str, str] = {}
    for text in values.get("set", []):
        name, equals, value = str(text).partition("=")
        if not equals or not is_name(name):
            raise UsageError(f"--set {text}: it is --set NAME=value", "run")
        if name in given:
            raise UsageError(f"--set {name} is there twice", "run")
        given[name] = value
    return given


def _raise_mistakes(path: Path, script: Script) -> None:
    if not script.mistakes:
        return
    lines = [
        f"{path}:{m.line}: {m.text}" if m.line else f"{path}: {m.text}" for m in script.mistakes
    ]
    raise UsageError("the script is wrong, and nothing was run:\n" + "\n".join(lines), "run")


class _Run:
    def __init__(
        self, values: Values, settings: Settings, venue: Venue, terminal: Terminal, out: Output
    ):
        self._values = values
        self._venue = venue
        self._terminal = terminal
        self._out = out
        self._settings = settings
        self._path, self._text = _read_text(str(values["file"]))
        self._given = _read_given(values)

    def execute(self) -> int:
        progress, transcript = self._open_resumed()
        try:
            script = parse_script(self._text, self._given)
            require_reasons(script, self._settings.reason)
            _raise_mistakes(self._path, script)
            if progress is not None and progress.completed >= len(script.steps):
                raise UsageError(f"all steps of {transcript.path} are done: nothing is left")
            if any(map(is_change, script.steps)):
                require_confirmation(self._settings, self._terminal, f"'run {self._path.name}'")
            completed = progress.completed if progress else 0
            planned = self._check(script, completed)
            if self._settings.dry_run:
                self._show_plan(planned, len(script.steps), completed, self._out.data)
                return ExitCode.OK
            self._confirm(script, planned, completed)
            if transcript is None:
                transcript = self._create(script)
            return self._go(script, transcript, progress)
        finally:
            if transcript is not None:
                transcript.close()

    def _open_resumed(self) -> tuple[Progress | None, Transcript | None]:
        if "resume" not in self._values:
            return None, None
        if "transcript" in self._values:
            raise UsageError("--resume goes on in its transcript: --transcript has no place", "run")
        transcript, progress = transcripts.resume(str(self._values["resume"]))
        try:
            transcripts.require_same(progress.header, self._text, self._given, transcript.path)
        except UsageError:
            transcript.close()
            raise
        self._given = progress.header.variables
        if self._settings.reason is None:
            self._settings = replace(self._settings, reason=progress.header.reason)
        return progress, transcript

    def _check(self, script: Script, completed: int) -> list[PlannedStep]:
        checker = Checker(self._venue, self._settings.reason)
        steps = script.steps[completed:]
        try:
            checker.run(steps)
        except NoConnection as problem:
            if self._settings.dry_run:
                planned = [PlannedStep(step) for step in steps]
                self._show_plan(planned, len(script.steps), completed, self._out.data)
            raise NoConnection(
                f"{problem}\nThe script's text is good; the venue was not asked, nothing was run"
            ) from None
        if checker.refusals:
            lines = [f"{self._path}:{step.line}: {why}" for step, why in checker.refusals]
            first = checker.refusals[0][1]
            text = "\n".join(["nothing was run:", *dict.fromkeys(lines)])
            raise Refused({"code": first.code, "message": text})
        return checker.planned

    @staticmethod
    def _show_plan(planned: list[PlannedStep], total: int, completed: int, write) -> None:
        for number, plan in enumerate(planned, completed + 1):
            write(f"{number}/{total} line {plan.step.line}: {show.printable(plan.step.text)}")
            for effect in plan.effects:
                write(f"    {effect}")

    def _confirm(self, script: Script, planned: list[PlannedStep], completed: int) -> None:
        if self._settings.yes or not any(map(is_change, script.steps)):
            return
        self._show_plan(planned, len(script.steps), completed, self._out.talk)
        if not self._terminal.confirm(f"Run these {len(planned)} steps?"):
            raise NotConfirmed("not confirmed: nothing was run")

    def _create(self, script: Script) -> Transcript:
        name = self._values.get("transcript")
        transcript = transcripts.create(None if name is None else str(name), str(self._path))
        transcript.write(
            Header(
                str(self._path.resolve()),
                transcripts.hash_of(self._text),
                self._given,
                self._settings.reason,
                len(script.steps),
            ).line()
        )
        return transcript

    def _go(self, script: Script, transcript: Transcript, progress: Progress | None) -> int:
        hello = self._venue.hello
        who = {"venue": hello.venue, "user": hello.user, "role": hello.role}
        self._out.talk(f"sluicectl: the transcript is {transcript.path}")
        if progress is not None:
            self._tell_resumed(script, transcript, progress)
        transcript.write(f"{'resumed' if progress else 'venue'} {show.to_json(who)}")
        runner = Runner(self._settings, self._venue, self._terminal, self._out, transcript)
        self._out.lasting = True
        try:
            with _signals_raise():
                runner.run(script.steps, progress.completed if progress else 0)
        except CtlError as problem:
            transcript.write(f"end exit code {int(problem.exit_code)}")
            self._tell_stopped(script, runner, transcript, problem)
            raise
        except KeyboardInterrupt:
            transcript.write(f"end exit code {int(ExitCode.INTERRUPTED)}")
            self._tell_stopped(script, runner, transcript, None)
            raise
        transcript.write("end done")
        self._out.talk(f"sluicectl: all {len(script.steps)} steps are done")
        return ExitCode.OK

    def _tell_resumed(self, script: Script, transcript: Transcript, progress: Progress) -> None:
        done = f"{progress.completed} of {len(script.steps)} steps were done before"
        self._out.talk(f"sluicectl: {done}")
        if progress.under_way is None:
            return
        step = script.steps[progress.under_way - 1]
        text = (
            f"step {progress.under_way} (line {step.line}) had begun and its end was not written"
            f" down: it is done once more: {step.text}"
        )
        self._out.talk(f"sluicectl: {show.printable(text)}")
        transcript.write(f"note {text}")

    def _tell_stopped(
        self, script: Script, runner: Runner, transcript: Transcript, problem: CtlError | None
    ) -> None:
        step = script.steps[min(runner.completed, len(script.steps) - 1)]
        done = runner.completed + (1 if problem and problem.exit_code == ExitCode.PAUSED else 0)
        left = "nothing was" if done == 0 else f"steps 1 to {done} were"
        self._out.talk(
            f"sluicectl: stopped at {self._path}:{step.line}; {left} done of {len(script.steps)}."
            f" To go on: sluicectl run {quote(str(self._values['file']))}"
            f" --resume {quote(transcript.path)}"
        )


@contextmanager
def _signals_raise() -> Iterator[None]:
    """SIGTERM and SIGHUP end the run as an error does: with a record of where it stopped.

    One that is ignored, as nohup has it, stays ignored.
    """

    def stop(number: int, _: object) -> None:
        raise Terminated(f"ended by {signal.Signals(number).name}")

    numbers = [
        number
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) != signal.SIG_IGN
    ]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(
    values: Values, settings: Settings, venue: Venue, terminal: Terminal, out: Output
) -> int:
    return _Run(values, settings, venue, terminal, out).execute()
