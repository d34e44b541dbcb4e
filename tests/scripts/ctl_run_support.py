"""What the tests of `sluicectl run` share."""

import re
from pathlib import Path

from ctl_support import CtlTest, Ran

# What a transcript's line looks like.
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z "
    r"(start|venue|resumed|note|end|run|ask|row|answer|waits|done|failed)\b.*"
)


class RunTest(CtlTest):
    def setUp(self):
        super().setUp()
        self.transcript = str(self.folder / "t")
        self.script = str(self.folder / "s")

    def run_text(self, text: str, *words: str, terminal=None, yes: bool = True) -> Ran:
        self.write("s", text)
        more = ["--yes"] if yes else []
        if "--dry-run" not in words and "--resume" not in words:
            more += ["--transcript", self.transcript]
        return self.ctl("run", self.script, *more, *words, terminal=terminal)

    def resume(self, *words: str, **more) -> Ran:
        return self.ctl("run", self.script, "--yes", "--resume", self.transcript, *words, **more)

    def has(self, text: str) -> bool:
        path = Path(self.transcript)
        return path.exists() and text in path.read_text()

    def record(self) -> list[str]:
        """The transcript without its times."""
        lines = Path(self.transcript).read_text().splitlines()
        for line in lines:
            self.assertRegex(line, LINE)
        return [line.split(" ", 1)[1] for line in lines]
