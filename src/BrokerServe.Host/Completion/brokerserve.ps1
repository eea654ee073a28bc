# Completion of brokerserve in PowerShell: brokerserve completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName brokerserve -ScriptBlock {
    param($word, $command, $cursor)
    $line = $command.ToString().PadRight($cursor)
    # Options are offered to who begins one; otherwise files are, where nothing else is known.
    brokerserve "[suggest:$($line.Length)]" $line 2> $null |
        Where-Object { $_ -notlike '/*' -and ($word -like '-*' -or $_ -notlike '-*') } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
