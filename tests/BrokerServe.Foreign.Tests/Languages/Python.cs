using Xunit;

namespace BrokerServe.Foreign.Tests.Languages;

/// <summary>A Python that has what the samples import.</summary>
internal static class Python
{
    private const string Missing =
        "No Python here can import pika and msgpack. On Debian: apt-get install python3-pika python3-msgpack; elsewhere: pip install pika msgpack.";

    private static readonly Lazy<string?> Found =
        new(() => Languages.Interpreter.Find(["python3", "/usr/bin/python3"], "-c", "import pika, msgpack"));

    /// <summary>The interpreter. Without one the test fails and says what to install.</summary>
    public static string Interpreter
    {
        get
        {
            Assert.True(Found.Value is not null, Missing);
            return Found.Value;
        }
    }
}
