# shellcheck shell=bash
# Completion of sluicectl for bash. Names of sessions, instruments and firms are those of the running
# venue, when it answers.

_sluicectl() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ "$candidate" == __files__ ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done \
        < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
    else
      COMPREPLY+=("$(printf '%q' "$candidate")")
    fi
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -F _sluicectl sluicectl
