using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BrokerServe.LoadGenerator;

/// <summary>Sleeps that are shorter than the millisecond of the runtime's own: at 20,000 requests per second that would send 20 at a time.</summary>
internal static class ShortSleep
{
    /// <summary>A quarter of a millisecond: the kernel adds some 60 us, and at a tenth of it waking up is what the processor would be doing.</summary>
    private const int Nanoseconds = 250_000;

    /// <summary>Sleeps until the moment has come; returns at once when it has.</summary>
    public static void Until(long timestamp)
    {
        while (Stopwatch.GetTimestamp() < timestamp)
        {
            Once();
        }
    }

    public static void Once()
    {
        if (OperatingSystem.IsLinux())
        {
            var length = new TimeSpec(0, Nanoseconds);
            _ = NanoSleep(in length, 0); // A signal may end it early; who called looks at the clock.
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec length, nint left);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
