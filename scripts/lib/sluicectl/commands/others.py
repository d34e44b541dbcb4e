"""Commands about everything else, and those that sluicectl does by itself."""

from .. import values as v
from ..table import Command, Option, Positional, Values

# PROTOCOL.md, `notice.send`.
_NOTICE_LINES_MAX = 8


def _notice_args(values: Values) -> dict:
    args: dict = {"headline": values["headline"]}
    renamed = {"lines": "line", "urgency": "urgency", "sessions": "session", "firm": "firm"}
    args |= {key: values[value] for key, value in renamed.items() if value in values}
    if values.get("all"):
        args["all"] = True
    return args


def _notice_action(args: dict) -> str:
    to = "everyone"
    if "firm" in args:
        to = f"firm {args['firm']}"
    elif "sessions" in args:
        to = ", ".join(args["sessions"])
    return f"send \"{args['headline']}\" to {to}"


OTHERS = (
    Command(
        ("notice", "send"), "send News(B) to sessions that are logged on", "notice.send",
        options=(
            Option("--headline", "Headline(148)", v.ascii_text("TEXT", 128), required=True),
            Option(
                "--line", "a line, Text(58); up to 8", v.ascii_text("TEXT", 160),
                many=True, many_max=_NOTICE_LINES_MAX,
            ),
            Option("--urgency", "Urgency(61)", v.choice("normal", "flash", "background")),
            Option("--session", "to a session; several times", v.SESSION, many=True),
            Option("--firm", "to the sessions of a firm", v.FIRM),
            Option("--all", "to everyone"),
        ),
        one_of=("session", "firm", "all"), change=True, action=_notice_action, args=_notice_args,
        examples=(
            'notice send --all --headline "Maintenance at 02:00 UTC" --line "Open orders stay."'
            ' --urgency flash --reason "planned"',
        ),
    ),
    Command(
        ("stat",), "counters and sizes", "stat", fields=None, examples=("stat", "stat --json")
    ),
    Command(
        ("tail",), "FIX messages as they pass; Ctrl-C ends it", "tail",
        positionals=(Positional("sessions", v.SESSION, many=True, required=False),),
        options=(
            Option("--decode", "names of fields and values"),
            Option("--count", "end after so many messages", v.number("N", 1, 10**9)),
        ),
        in_scripts=False, examples=("tail", "tail --decode CLIENT1 CLIENT2"),
    ),
    Command(
        ("certificates", "reload"), "read the TLS certificates again", "certificates.reload",
        change=True, action=lambda args: "read the TLS certificates again",
        examples=('certificates reload --reason "renewed"',),
    ),
)  # fmt: skip

LOCAL = (
    Command(
        ("audit", "verify"), "check an audit log's chain and numbers; needs no venue",
        positionals=(Positional("file", v.FILE),),
        options=(Option("--contains", "a SHA-256 that an earlier check printed", v.TEXT),),
        in_scripts=False,
        notes="A log that was cut off at its end is whole in itself: keep the printed SHA-256"
        " elsewhere and give it with --contains next time.",
        examples=("audit verify /var/lib/sluice/audit.log",),
    ),
    Command(
        ("audit", "show"), "what was changed, by whom and why; needs no venue",
        positionals=(Positional("file", v.FILE),),
        options=(
            Option("--user", "changes of a user", v.TEXT),
            Option("--command", "of a command of the protocol, or all that begin so: kill", v.TEXT),
            Option("--outcome", "how it ended", v.choice("done", "failed", "refused", "open")),
            Option("--since", "from this time on, UTC", v.TIME),
            Option("--until", "before this time, UTC", v.TIME),
            Option("--grep", "with this text in args or reason", v.TEXT),
            Option("--last", "the last so many of these", v.number("N", 1, 10**6)),
        ),
        columns=(
            "n", "time", "user", "role", "firm", "command", "args", "outcome", "reason", "why",
        ),
        in_scripts=False,
        examples=(
            "audit show audit.log --user risk1 --since 2026-11-26",
            "audit show audit.log --grep CLIENT1",
        ),
    ),
    Command(
        ("run",), "run a session script",
        positionals=(Positional("file", v.FILE),),
        options=(
            Option("--set", "give a variable of the script: NAME=value", v.TEXT, many=True),
            Option("--transcript", "where its record goes (a new file in this folder)", v.FILE),
            Option("--resume", "go on behind the last completed step of this transcript", v.FILE),
        ),
        in_scripts=False,
        notes="scripts/sessions/README.md has the language. A FILE that is not here and has no"
        " slash is looked for among the shipped scripts. --dry-run checks it and prints what it"
        " would do.",
        examples=(
            'run maintenance-window --set WINDOW="02:00 to 02:30 UTC" --dry-run',
            "run incident-halt --resume sluicectl-incident-halt-20261126T012000Z.transcript",
        ),
    ),
    Command(
        ("completion",), "print a shell's completion script",
        positionals=(Positional("shell", v.choice("bash", "zsh", "fish")),),
        in_scripts=False,
        examples=('completion bash >~/.local/share/bash-completion/completions/sluicectl',),
    ),
    Command(
        ("help",), "help on a command",
        positionals=(Positional("words", v.TEXT, many=True, required=False),),
        in_scripts=False, examples=("help session logout",),
    ),
)  # fmt: skip
