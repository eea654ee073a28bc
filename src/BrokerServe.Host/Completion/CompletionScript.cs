namespace BrokerServe.Host.Completion;

/// <summary>The scripts that teach shells to complete the command line: each asks the command line itself, so they never fall behind it.</summary>
internal static class CompletionScript
{
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["bash"] = "brokerserve.bash", ["zsh"] = "brokerserve.zsh", ["fish"] = "brokerserve.fish", ["pwsh"] = "brokerserve.ps1",
    };

    /// <summary>The shells that there are scripts for.</summary>
    public static IReadOnlyCollection<string> Shells => Files.Keys;

    /// <summary>The script for one of <see cref="Shells"/>.</summary>
    public static string Read(string shell)
    {
        using var stream = typeof(CompletionScript).Assembly.GetManifestResourceStream(Files[shell])!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
