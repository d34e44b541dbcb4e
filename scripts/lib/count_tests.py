"""Counts the tests of a CTest run: prints how many passed, and how many were run; then, a line each, those that
said "NOT RUN: TEST: why", which are neither: the system did not let them test anything.

usage: count_tests.py JUNIT_FILE

JUNIT_FILE is what `ctest --output-junit` writes. Each of its entries is a GoogleTest program, whole or one
test of it, and ends with GoogleTest's own counts. An entry that failed and says of no test that it did counts
as one that failed: a program that died.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

PASSED = re.compile(r"^\[  PASSED  \] (\d+) tests?\.$", re.MULTILINE)
NOT_RUN = re.compile(r"^NOT RUN: .*$", re.MULTILINE)
FAILED = re.compile(r"^ *(\d+) FAILED TESTS?$", re.MULTILINE)


def count_in(said: str, is_good: bool) -> tuple[int, int]:
    """How many of an entry's tests passed and failed."""
    not_run = len(NOT_RUN.findall(said))
    # GoogleTest takes them for passed.
    good = max(sum(map(int, PASSED.findall(said)[-1:])) - not_run, 0)
    bad = sum(map(int, FAILED.findall(said)[-1:]))
    if is_good and good == 0 and not_run == 0:
        # It ran no test, or is none of GoogleTest's: nothing shows that it tested anything.
        return 0, 1
    if not is_good and bad == 0:
        return good, 1
    return good, bad


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    good = bad = 0
    not_run = []
    for entry in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
        said = entry.findtext("system-out") or ""
        here = count_in(said, entry.get("status") == "run")
        good += here[0]
        bad += here[1]
        not_run += NOT_RUN.findall(said)
    print(good, good + bad)
    for line in not_run:
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
