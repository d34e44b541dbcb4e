"""Runs clang-tidy over every unit of a compilation database, and again only where something changed.

usage: tidy.py BUILD_FOLDER

The build may join several files into one unit (CMake's UNITY_BUILD), which spares clang-tidy most of its
time: reading the headers of others. What was found clean is remembered in BUILD_FOLDER/tidy: the settings, the command, and every file of
ours that was read, each by its hash.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What `-H` prints for an included file: a dot for each level of nesting, then its path.
INCLUDED = re.compile(r"^\.+ (.+)$", re.MULTILINE)
# What clang-tidy always says of warnings elsewhere than in our files.
CHATTER = re.compile(r"^\d+ warnings? (generated|treated as errors)\.?$")


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_unity(entry: dict) -> bool:
    return "Unity" in Path(entry["file"]).parts


def settings_hash(entry: dict) -> str:
    return hash_of((ROOT / ".clang-tidy").read_bytes() + entry["command"].encode())


def is_known_clean(stamp: Path, settings: str) -> bool:
    try:
        known = json.loads(stamp.read_text())
        return known["settings"] == settings and all(
            hash_of(Path(name).read_bytes()) == digest for name, digest in known["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def files_read(entry: dict, stderr: str) -> dict[str, str]:
    """The source and the headers of ours, with their hashes."""
    names = [entry["file"], *INCLUDED.findall(stderr)]
    paths = {(Path(entry["directory"]) / name).resolve() for name in names}
    return {str(p): hash_of(p.read_bytes()) for p in sorted(paths) if p.is_relative_to(ROOT)}


def tidy(entry: dict, build: Path) -> tuple[str, str]:
    """Returns the unit's name and what is wrong with it; an empty text when nothing is."""
    name = os.path.relpath(entry["file"], build)
    stamp = build / "tidy" / (name.replace("/", "_") + ".json")
    settings = settings_hash(entry)
    if is_known_clean(stamp, settings):
        return name, ""
    run = subprocess.run(
        [
            "clang-tidy",
            "--quiet",
            # What joins the files includes them, as nobody else should.
            *(["--checks=-bugprone-suspicious-include"] if is_unity(entry) else []),
            "-p",
            str(build),
            "--extra-arg=-H",
            entry["file"],
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        said = [
            line
            for line in (run.stdout + run.stderr).splitlines()
            if not INCLUDED.match(line) and not CHATTER.match(line)
        ]
        return name, "\n".join(said).strip() or "clang-tidy failed"
    stamp.write_text(json.dumps({"settings": settings, "files": files_read(entry, run.stderr)}))
    return name, ""


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = Path(sys.argv[1]).resolve()
    entries = json.loads((build / "compile_commands.json").read_text())
    # Files that the build makes are not ours to lay out; those that it joins are.
    entries = [e for e in entries if is_unity(e) or not Path(e["file"]).is_relative_to(build)]
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
    print(f"tidy: {len(entries) - bad} of {len(entries)} units are clean")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
