namespace BrokerServe.Foreign.Tests.Languages;

/// <summary>A language that has samples, and what runs them here.</summary>
/// <param name="Folder">Where its samples are, below <c>samples</c>.</param>
/// <param name="Extension">How the names of its files end.</param>
/// <param name="Fence">How PROTOCOL.md marks its programs.</param>
/// <param name="FindInterpreter">Finds what runs its files, or fails and says what to install.</param>
/// <param name="Environment">What is set for each of its processes.</param>
internal sealed record Language(
    string Folder, string Extension, string Fence, Func<string> FindInterpreter, IReadOnlyDictionary<string, string> Environment)
{
    public static Language Python { get; } = new("python", "py", "python", () => Languages.Python.Interpreter, new Dictionary<string, string>
    {
        ["PYTHONDONTWRITEBYTECODE"] = "1", // The repository stays as it is.
        ["PYTHONUNBUFFERED"] = "1",
    });

    public static Language Node { get; } = new("node", "js", "javascript", () => Languages.Node.Interpreter, new Dictionary<string, string>
    {
        ["NODE_PATH"] = Languages.Node.Packages, // For programs that lie elsewhere.
    });

    /// <summary>The language of that folder: theories name it so.</summary>
    public static Language Of(string folder) => new[] { Python, Node }.Single(language => language.Folder == folder);

    /// <summary>A file of its samples: <c>worker</c>, <c>producer</c>.</summary>
    public string Sample(string name) => $"samples/{Folder}/{name}.{Extension}";

    /// <summary>A program that makes many calls on one connection of its sample producer.</summary>
    public string ManyCalls => $"tests/BrokerServe.Foreign.Tests/Programs/many_calls.{Extension}";
}
