"""Runs clang-tidy over every file of a compilation database, and again only where something changed.

usage: tidy.py BUILD_FOLDER
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def compiler_arguments(entry: dict) -> list[str]:
    """The entry's arguments without ccache, output and source."""
    words = shlex.split(entry["command"])
    if Path(words[0]).name == "ccache":
        words = words[1:]
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word == "-o":
            skip = True
        elif word not in ("-c", entry["file"]):
            kept.append(word)
    return kept


def own_files(entry: dict) -> list[str]:
    """The source and the headers of ours that it includes."""
    made = subprocess.run(
        [*compiler_arguments(entry), "-MM", entry["file"]],
        cwd=entry["directory"],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        return [entry["file"]]
    names = made.stdout.replace("\\\n", " ").split()[1:]
    paths = {(Path(entry["directory"]) / name).resolve() for name in names}
    return sorted(str(path) for path in paths if path.is_relative_to(ROOT))


def fingerprint(entry: dict) -> str:
    """Equal as long as clang-tidy would see the same: its settings, the command, all files of ours."""
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    digest.update(entry["command"].encode())
    for name in own_files(entry):
        digest.update(name.encode() + Path(name).read_bytes())
    return digest.hexdigest()


def tidy(entry: dict, build: Path) -> tuple[str, str]:
    """Returns the file's name and what is wrong with it; an empty text when nothing is."""
    name = os.path.relpath(entry["file"], ROOT)
    stamp = build / "tidy" / (name.replace("/", "_") + ".good")
    print_of_now = fingerprint(entry)
    if stamp.is_file() and stamp.read_text() == print_of_now:
        return name, ""
    run = subprocess.run(
        ["clang-tidy", "--quiet", "-p", str(build), entry["file"]],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        return name, run.stdout.strip() or run.stderr.strip() or "clang-tidy failed"
    stamp.write_text(print_of_now)
    return name, ""


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = Path(sys.argv[1]).resolve()
    entries = json.loads((build / "compile_commands.json").read_text())
    if not entries:
        print("tidy: the compilation database is empty", file=sys.stderr)
        return 1
    (build / "tidy").mkdir(exist_ok=True)
    bad = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for name, problems in pool.map(lambda entry: tidy(entry, build), entries):
            if problems:
                bad += 1
                print(f"{name}:\n{problems}\n", flush=True)
    print(f"tidy: {len(entries) - bad} of {len(entries)} files are clean")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
