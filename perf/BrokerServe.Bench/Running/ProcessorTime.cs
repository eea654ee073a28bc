using System.Globalization;

namespace BrokerServe.Bench.Running;

/// <summary>Processor time of processes, as Linux counts it.</summary>
internal static class ProcessorTime
{
    // What user space sees of the kernel's clock: 100 on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Seconds that a process has used until now, in user and kernel mode; all its threads.</summary>
    public static double Of(int processId) => Parse(File.ReadAllText($"/proc/{processId}/stat"));

    /// <summary>Seconds in the text of <c>/proc/PID/stat</c>.</summary>
    public static double Parse(string stat)
    {
        // The second field is the name in parentheses, which may hold both spaces and parentheses. utime and stime are the 14th and 15th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
