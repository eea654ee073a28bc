#compdef brokerserve
# Completion of brokerserve in zsh: source <(brokerserve completion zsh), after compinit
_brokerserve() {
    local line="${(j: :)words[1,CURRENT]}" candidate
    local -a candidates
    for candidate in "${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2> /dev/null)}"; do
        # Options are offered to who begins one; otherwise files are, where nothing else is known.
        [[ -n $candidate && $candidate != /* && ( ${words[CURRENT]} == -* || $candidate != -* ) ]] && candidates+=("$candidate")
    done
    if (( ${#candidates} )); then compadd -- "${candidates[@]}"; else _files; fi
}
compdef _brokerserve brokerserve
