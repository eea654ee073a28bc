# Completion of brokerserve in bash: source <(brokerserve completion bash)
_brokerserve() {
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${line##*[[:space:]]} candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        # Options are offered to who begins one; otherwise files are, where nothing else is known.
        [[ $candidate == "$word"* && $candidate != /* && ($word == -* || $candidate != -*) ]] && COMPREPLY+=("$candidate")
    done < <("$1" "[suggest:${#line}]" "$line" 2> /dev/null)

    # bash takes a colon for the end of a word.
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%:*}:"}")
    fi
}
complete -o default -F _brokerserve brokerserve
