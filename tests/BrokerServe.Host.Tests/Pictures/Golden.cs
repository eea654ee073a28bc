using System.Runtime.CompilerServices;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Texts that are right, in files beside the tests.</summary>
internal static class Golden
{
    /// <summary>Compares; what is different is in the message whole, to be looked at and, when it is better, put into the file.</summary>
    public static void Compare(string name, string actual)
    {
        var file = Path.Combine(Folder(), name);
        var expected = File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : "";
        Assert.True(expected == actual, $"{name} is not what is drawn now:\n{actual}\n");
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
