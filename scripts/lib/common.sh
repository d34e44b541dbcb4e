# shellcheck shell=bash
# Sourced by the scripts beside this folder: the project's root, what they say, and how they run and
# stop other programs.

SLUICE_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
readonly SLUICE_ROOT

# Colour only for a person: standard output is a terminal and NO_COLOR is not set, or it was asked for.
use_color=0
if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then use_color=1; fi

bold() {
  if ((use_color)); then printf '\033[1m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi
}

heading() {
  printf '\n'
  bold "== $*"
}

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The usage error of every script here, as sysexits and getopt programs have it.
usage_error() {
  printf "%s: %s; see '%s --help'\n" "${0##*/}" "$*" "${0##*/}" >&2
  exit 2
}

# Prints the comment block at the top of a script, without its first line: the help is the file's own.
print_help() {
  sed -n '2,/^[^#]/{/^#/!d; s/^# \{0,1\}//; p}' "$1"
}

jobs_count() {
  nproc 2>/dev/null || echo 2
}

# Programs started by start_child, each the leader of a process group of its own, newest last.
children=()

# Starts a program in the background with a process group of its own, so that one signal reaches all
# that it starts in turn. Its id is in `child` afterwards.
start_child() {
  setsid "$@" &
  child=$!
  children+=("$child")
}

# Waits for a program of start_child. The shell stays open to signals meanwhile, which it would not be
# with a program in the foreground.
wait_child() {
  local status=0
  wait "$1" || status=$?
  forget_child "$1"
  return "$status"
}

forget_child() {
  local kept=() pid
  for pid in ${children[@]+"${children[@]}"}; do
    if [[ "$pid" != "$1" ]]; then kept+=("$pid"); fi
  done
  children=(${kept[@]+"${kept[@]}"})
}

run_child() {
  start_child "$@"
  wait_child "$child"
}

# Seconds that a program has between SIGTERM and SIGKILL.
readonly STOP_SECONDS=10

# Ends every program that is still running, with all that it started.
stop_children() {
  local pid group_alive tenths
  for pid in ${children[@]+"${children[@]}"}; do
    # Right after start_child the group may not exist yet.
    kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in ${children[@]+"${children[@]}"}; do
    group_alive=1
    for ((tenths = 0; tenths < STOP_SECONDS * 10; ++tenths)); do
      if ! kill -0 -- "-$pid" 2>/dev/null; then
        group_alive=0
        break
      fi
      sleep 0.1
    done
    if ((group_alive)); then kill -KILL -- "-$pid" 2>/dev/null || true; fi
    wait "$pid" 2>/dev/null || true
  done
  children=()
}

# Calls `$1` once when the script ends, however it ends.
on_end() {
  # shellcheck disable=SC2064  # the name is meant to be fixed now
  trap "$1" EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# Waits at most `$2` seconds for a program of start_child; fails if it is still running then.
wait_child_at_most() {
  local tenths
  for ((tenths = 0; tenths < $2 * 10; ++tenths)); do
    if ! kill -0 "$1" 2>/dev/null; then
      wait_child "$1"
      return
    fi
    sleep 0.1
  done
  return 1
}

# The venue that start_venue started, and its port; empty where it did not come to listen.
venue="" port=""

# How long a venue may take to listen: it touches all its memory first.
readonly VENUE_START_SECONDS=60

# Starts the venue `$1` as it is shipped, but on a free port, with configuration, state and what it says in
# the folder `$2`: venue.toml, state, out, log. Further arguments are sed's, for other settings.
start_venue() {
  local program="$1" folder="$2" config="$2/venue.toml" tenths
  shift 2
  mkdir "$folder/state"
  sed -e 's|^[[:space:]]*port[[:space:]]*=.*|port = 0|' \
    -e "s|^[[:space:]]*state_dir[[:space:]]*=.*|state_dir = \"$folder/state\"|" "$@" \
    "$SLUICE_ROOT/gateway/venue.toml" >"$config"
  if ! grep -q '^port = 0$' "$config" || ! grep -qF "state_dir = \"$folder/state\"" "$config"; then
    die "gateway/venue.toml sets no port or no state_dir; both must be replaced"
  fi
  start_child "$program" --config "$config" >"$folder/out" 2>"$folder/log"
  venue="$child" port=""
  for ((tenths = 0; tenths < VENUE_START_SECONDS * 10; ++tenths)); do
    port="$(sed -n 's/^sluice: listening on .*:\([0-9]*\)$/\1/p' "$folder/out")"
    if [[ -n "$port" ]] || ! kill -0 "$venue" 2>/dev/null; then break; fi
    sleep 0.1
  done
  [[ -n "$port" ]]
}

# What the venue of the folder `$1` said, when something went wrong.
show_venue_log() {
  echo "The venue's last words:" >&2
  tail -n 20 "$1/out" "$1/log" >&2
}

# Put before a command by some presets, see unrandomized().
run_prefix=()

# The sanitizers of g++ 12 need more room in the address space than kernels leave that place memory
# with more than 28 random bits ("unexpected memory mapping").
unrandomized() {
  local bits=0
  run_prefix=()
  if [[ -r /proc/sys/vm/mmap_rnd_bits ]]; then
    read -r bits 2>/dev/null </proc/sys/vm/mmap_rnd_bits || bits=32
  fi
  if ((bits > 28)) && setarch "$(uname -m)" -R true 2>/dev/null; then
    run_prefix=(setarch "$(uname -m)" -R)
  fi
}

configure_preset() {
  run_child cmake --preset "$1" --log-level=WARNING -S "$SLUICE_ROOT" >/dev/null
}

# Configures a preset and builds targets of it; without targets, all.
build_preset() {
  local preset="$1"
  shift
  local targets=() quiet=()
  if (($# > 0)); then targets=(--target "$@"); fi
  if [[ ! -t 1 ]]; then quiet=(-- --quiet -k 0); fi
  configure_preset "$preset" &&
    run_child ${run_prefix[@]+"${run_prefix[@]}"} \
      cmake --build "$SLUICE_ROOT/build/$preset" --parallel "$(jobs_count)" \
      ${targets[@]+"${targets[@]}"} ${quiet[@]+"${quiet[@]}"}
}
