"""What the tests of sluicectl share: a fake venue in its own folder, and sluicectl run in it."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "scripts" / "sluicectl"
sys.path.insert(0, str(ROOT / "scripts" / "lib"))

from fake_venue import FakeVenue  # noqa: E402
from sluicectl.main import run_and_tell  # noqa: E402
from sluicectl.show import Output  # noqa: E402

# Longer than anything here takes: who waits so long has failed.
PATIENCE_S = 60


@dataclass
class Ran:
    code: int
    out: str
    err: str


class FakeTerminal:
    """Nobody there unless `answers` are given: then somebody who gives them in turn."""

    def __init__(self, *answers: bool):
        self._answers = list(answers)
        self._interactive = bool(answers)
        self.questions: list[str] = []

    def is_interactive(self) -> bool:
        return self._interactive

    def confirm(self, question: str) -> bool:
        self.questions.append(question)
        return self._answers.pop(0)


@contextmanager
def signals_as(handler: object, *numbers: int):
    """What a program that is started meanwhile inherits: a shell may have it ignore SIGINT."""
    chosen = numbers or (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in chosen}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class CtlTest(unittest.TestCase):
    """Each test has a venue at `self.venue` and a folder at `self.folder`."""

    role, firm = "supervisor", None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sluicectl-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.venue = FakeVenue(folder.name, self.role, self.firm)
        self.venue.start()
        self.addCleanup(self._stop)

    def _stop(self):
        if os.path.exists(self.venue.path):
            self.venue.stop()

    def ctl(
        self, *words: str, terminal: FakeTerminal | None = None, timeout: str | None = "20"
    ) -> Ran:
        """In this process: much faster than a new one."""
        out, err = io.StringIO(), io.StringIO()
        patience = [] if timeout is None else ["--timeout", timeout]
        code = run_and_tell(
            ["--socket", self.venue.path, *patience, *words],
            terminal or FakeTerminal(),
            Output(out, err),
        )
        return Ran(code, out.getvalue(), err.getvalue())

    def good(self, *words: str, **more) -> Ran:
        ran = self.ctl(*words, **more)
        self.assertEqual(ran.code, 0, ran.err)
        return ran

    def process(self, *words: str, **more) -> subprocess.Popen:
        """As an admin's shell starts it, in the test's folder."""
        environment = {**os.environ, "SLUICE_ADMIN_SOCKET": self.venue.path}
        streams = {"stdin": subprocess.DEVNULL, "stdout": -1, "stderr": -1, "text": True}
        with signals_as(signal.SIG_DFL):
            child = subprocess.Popen(
                [sys.executable, str(PROGRAM), *words],
                env=environment,
                cwd=self.folder,
                **{**streams, **more},
            )
        self.addCleanup(_end, child)
        return child

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"{what} did not come")
            time.sleep(0.002)


def _end(child: subprocess.Popen) -> None:
    if child.poll() is None:
        child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            stream.close()
