# Completion of brokerserve in fish: brokerserve completion fish | source
function __brokerserve_candidates
    set -l words (commandline -opc) (commandline -ct)
    set -l line (string join -- ' ' $words)
    # Options are offered to who begins one.
    set -l unwanted '^[-/]'
    string match -q -- '-*' (commandline -ct); and set unwanted '^/'
    $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null | string match -rv -- $unwanted
end
complete -c brokerserve -a '(__brokerserve_candidates)'
