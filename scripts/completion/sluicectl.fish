# Completion of sluicectl for fish. Names of sessions, instruments and firms are those of the running
# venue, when it answers.

function __sluicectl_candidates
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    for candidate in ($program __complete $words "$current" 2>/dev/null)
        if test "$candidate" = __files__
            __fish_complete_path "$current"
        else
            echo $candidate
        end
    end
end

complete -c sluicectl -f -a '(__sluicectl_candidates)'
