"""Does a venue speak gateway/admin/PROTOCOL.md? Asks it, and says what is otherwise.

    admin_conformance.py SOCKET                         looks, mistakes, dry runs
    admin_conformance.py SOCKET --changes               also changes, and undoes them
    admin_conformance.py SOCKET --changes --audit FILE  and reads the audit log

For a venue of its own, with the configuration that is shipped or one like it, asked by a supervisor
without a firm. --changes cancels orders. It shares no code with sluicectl but the check of the
audit log. Exit code 0 when every case holds, 1 when one does not, 2 when it could not ask.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from admin_cases import CASES, CHANGING
from admin_talk import Closed, Failure, Names, Talk

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "lib"))

from sluicectl.audit import Verifier  # noqa: E402


def _check_audit(path: str) -> str | None:
    verifier = Verifier()
    commands = set()
    try:
        with open(path, "rb") as file:
            for raw in file:
                entry = verifier.take(raw) or {}
                commands.add((entry.get("phase"), entry.get("command")))
    except OSError as problem:
        return str(problem)
    if verifier.problems:
        return f"line {verifier.problems[0].line}: {verifier.problems[0].text}"
    if ("asked", "kill.on") not in commands:
        return "kill.on was carried out and is not in it"
    return None


def run(path: str, changes: bool, audit: str | None, say: Callable[[str], None]) -> int:
    """The number of cases that do not hold."""
    failed = 0
    for name, function in [*CASES, *(CHANGING if changes else [])]:
        try:
            with Talk(path) as talk:
                function(talk, Names(talk))
            say(f"ok      {name}")
        except (Failure, Closed, ValueError, KeyError, TypeError) as problem:
            failed += 1
            say(f"FAILED  {name}: {type(problem).__name__}: {problem}")
    if audit is not None:
        problem = _check_audit(audit)
        failed += problem is not None
        say(f"FAILED  the audit log: {problem}" if problem else "ok      the audit log holds")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("socket")
    parser.add_argument("--changes", action="store_true", help="also changes; cancels all orders")
    parser.add_argument("--audit", metavar="FILE", help="the venue's audit log, read at the end")
    arguments = parser.parse_args()
    try:
        return 1 if run(arguments.socket, arguments.changes, arguments.audit, print) else 0
    except OSError as problem:
        print(f"cannot ask {arguments.socket}: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
