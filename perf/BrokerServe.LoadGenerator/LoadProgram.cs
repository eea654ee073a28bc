using System.Text.Json;

namespace BrokerServe.LoadGenerator;

/// <summary>A load as a process: phases and report go to standard output, a line each.</summary>
public static class LoadProgram
{
    /// <summary>Connects, runs, reports, until it is done or SIGTERM or SIGINT comes.</summary>
    /// <returns>The exit code: 0 when every request was answered.</returns>
    public static async Task<int> RunAsync(LoadSettings settings, Func<Generator, Task<ITarget>> connect)
    {
        using var signals = new StopSignals();
        var generator = new Generator(settings);
        await using var target = await connect(generator);
        var report = await generator.RunAsync(target, Console.WriteLine, signals.Token);
        Console.WriteLine(JsonSerializer.Serialize(report, LoadReport.Json));
        return report.Errors.Count == 0 && report.AllReplies > 0 ? 0 : 1;
    }
}
