using System.Diagnostics;
using Xunit;

namespace BrokerServe.Foreign.Tests;

/// <summary>A Python that has what the samples import.</summary>
internal static class Python
{
    private const string Missing =
        "No Python here can import pika and msgpack. On Debian: apt-get install python3-pika python3-msgpack; elsewhere: pip install pika msgpack.";

    private static readonly Lazy<string?> Found = new(Find);

    /// <summary>The interpreter. Without one the test fails and says what to install.</summary>
    public static string Interpreter
    {
        get
        {
            Assert.True(Found.Value is not null, Missing);
            return Found.Value;
        }
    }

    // The one on the path may be of a version manager, and know nothing of Debian's packages.
    private static string? Find() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(CanImport);

    private static bool CanImport(string interpreter)
    {
        try
        {
            var start = new ProcessStartInfo(interpreter, ["-c", "import pika, msgpack"]) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such interpreter.
        }
    }
}
