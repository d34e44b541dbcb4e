#compdef sluicectl
# Completion of sluicectl for zsh. Names of sessions, instruments and firms are those of the running
# venue, when it answers.

_sluicectl() {
  local -a candidates
  candidates=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( ${candidates[(Ie)__files__]} )); then
    _files
    candidates=("${(@)candidates:#__files__}")
  fi
  compadd -- "${(@)candidates:#}"
}

if [[ "${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _sluicectl "$@"
else
  compdef _sluicectl sluicectl
fi
