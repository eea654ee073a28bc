namespace BrokerServe.Router.Configuration;

/// <summary>Everything that is wrong with a configuration, each beginning with its place.</summary>
/// <param name="section">The section that the places begin with, such as <c>BrokerServe</c>.</param>
internal sealed class ConfigErrors(string section)
{
    public const string DefaultSection = "BrokerServe";

    private readonly List<string> _all = [];

    /// <summary>One sentence each, in the order they were found.</summary>
    public IReadOnlyList<string> All => _all;

    public void Add(string place, string sentence) => _all.Add($"{section}:{place}: {sentence}");

    public static string Endpoint(string name) => $"Endpoints:{name}";

    public static string Backend(string name) => $"Backends:{name}";
}
