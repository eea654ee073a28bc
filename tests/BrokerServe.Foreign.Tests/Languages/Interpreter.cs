using System.ComponentModel;
using System.Diagnostics;

namespace BrokerServe.Foreign.Tests.Languages;

/// <summary>Looks for what runs the files of a language.</summary>
internal static class Interpreter
{
    /// <summary>The first of the candidates that ends well with these arguments; null when none does.</summary>
    /// <remarks>There are several because the one on the path may be of a version manager, and know nothing of Debian's packages.</remarks>
    public static string? Find(string[] candidates, params string[] arguments) =>
        candidates.FirstOrDefault(candidate => EndsWell(candidate, arguments));

    private static bool EndsWell(string interpreter, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(interpreter, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // There is no such interpreter.
        }
    }
}
