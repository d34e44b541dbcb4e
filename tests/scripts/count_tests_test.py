import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "scripts" / "lib" / "count_tests.py"

WHOLE = "[==========] 3 tests from 1 test suite ran. (1 ms total)\n[  PASSED  ] 3 tests.\n"
HALF = (
    "[  PASSED  ] 2 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Room.Door\n\n 1 FAILED TEST\n"
)


def counted(*entries: tuple[str, str]) -> str:
    cases = "".join(
        f'<testcase name="a" status="{status}"><system-out>{said}</system-out></testcase>'
        for status, said in entries
    )
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(f"<testsuite>{cases}</testsuite>")
        file.flush()
        done = subprocess.run(
            [sys.executable, str(PROGRAM), file.name], capture_output=True, text=True, check=True
        )
    return done.stdout.strip()


class CountTests(unittest.TestCase):
    def test_what_passed_is_added_up(self):
        self.assertEqual(counted(("run", WHOLE), ("run", "[  PASSED  ] 1 test.\n")), "4 4")

    def test_what_failed_is_no_less_of_all(self):
        self.assertEqual(counted(("fail", HALF), ("run", WHOLE)), "5 6")

    def test_a_program_that_died_is_one_that_failed(self):
        self.assertEqual(counted(("fail", "[ RUN      ] Room.Door\n")), "0 1")

    def test_a_program_that_died_after_its_tests_failed(self):
        self.assertEqual(counted(("fail", WHOLE)), "3 4")

    def test_a_program_that_ran_nothing_is_none_that_passed(self):
        self.assertEqual(counted(("run", "[  PASSED  ] 0 tests.\n")), "0 1")
        self.assertEqual(counted(("run", "")), "0 1")

    def test_what_was_not_run_is_named_and_not_counted(self):
        one = "NOT RUN: Disk.Fails: no mounts"
        self.assertEqual(counted(("run", one + "\n[  PASSED  ] 1 test.\n")), "0 0\n" + one)
        self.assertEqual(
            counted(("run", one + "\n" + WHOLE), ("fail", one + "\n" + HALF)), "3 4\n" + one + "\n" + one
        )

    def test_no_entry_is_no_test(self):
        self.assertEqual(counted(), "0 0")


if __name__ == "__main__":
    unittest.main()
