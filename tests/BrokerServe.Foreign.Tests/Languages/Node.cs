using Xunit;

namespace BrokerServe.Foreign.Tests.Languages;

/// <summary>A Node.js that is new enough for the samples, and has what they require.</summary>
internal static class Node
{
    private const string Missing =
        "There is no Node.js 18 or newer here. On Debian: apt-get install nodejs npm. Then run 'npm ci' in samples/node.";

    private const string Incomplete = "The samples for Node.js miss their packages: run 'npm ci' in samples/node, as tests/run.sh does.";

    private static readonly Lazy<string?> Found =
        new(() => Languages.Interpreter.Find(["node", "/usr/bin/node"], "-e", "process.exit(parseInt(process.versions.node, 10) >= 18 ? 0 : 1)"));

    /// <summary>Where the packages are.</summary>
    public static string Packages { get; } = Path.Combine(Script.Root, "samples/node/node_modules");

    /// <summary>The interpreter. Without one, or without the packages, the test fails and says what to install.</summary>
    public static string Interpreter
    {
        get
        {
            Assert.True(Found.Value is not null, Missing);
            Assert.All(["amqplib", "@msgpack/msgpack"], package => Assert.True(Directory.Exists(Path.Combine(Packages, package)), Incomplete));
            return Found.Value;
        }
    }
}
