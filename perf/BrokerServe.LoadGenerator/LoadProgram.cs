using System.Text.Json;

namespace BrokerServe.LoadGenerator;

/// <summary>A load as a process: phases and report of a run go to standard output, a line each.</summary>
public static class LoadProgram
{
    /// <summary>Runs once, or once for each line of standard input, until all is done or SIGTERM or SIGINT comes.</summary>
    /// <param name="settings">What is sent.</param>
    /// <param name="connect">Connects the client of a run; it is disposed of before the run is reported.</param>
    /// <returns>The exit code: 0 when every request was answered, 2 when a line of the input is not understood.</returns>
    public static async Task<int> RunAsync(LoadSettings settings, Func<Generator, LoadSettings, Task<ITarget>> connect)
    {
        using var signals = new StopSignals();
        using var input = new StreamReader(Console.OpenStandardInput()); // Console.In would not let go of a signal.
        return await RunAsync(settings, connect, input, Console.Out, signals.Token);
    }

    /// <summary>The same with any input and output.</summary>
    public static async Task<int> RunAsync(
        LoadSettings settings, Func<Generator, LoadSettings, Task<ITarget>> connect, TextReader input, TextWriter output, CancellationToken stopping)
    {
        if (!settings.RunsFromInput)
        {
            return await RunOnceAsync(settings, connect, output, stopping);
        }

        var code = 0;
        while (await ReadAsync(input, stopping) is { } line)
        {
            if (settings.With(line) is not { } run)
            {
                await Console.Error.WriteLineAsync($"'{line}' is not understood.\n{LoadSettings.Usage}");
                return 2;
            }

            code = Math.Max(code, await RunOnceAsync(run, connect, output, stopping));
        }

        return code;
    }

    private static async Task<string?> ReadAsync(TextReader input, CancellationToken stopping)
    {
        try
        {
            return await input.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<int> RunOnceAsync(
        LoadSettings settings, Func<Generator, LoadSettings, Task<ITarget>> connect, TextWriter output, CancellationToken stopping)
    {
        var generator = new Generator(settings);
        var target = await connect(generator, settings);
        var report = await generator.RunAsync(target, output.WriteLine, stopping);
        try
        {
            await target.DisposeAsync();
        }
        catch (Exception failure)
        {
            // Whatever a client throws at its end: what was measured before is not lost, and the next run has a client of its own.
            var (errors, name) = (new SortedDictionary<string, long>(report.Errors.ToDictionary(), StringComparer.Ordinal), failure.GetType().Name);
            errors[name] = errors.GetValueOrDefault(name) + 1;
            report = report with { Errors = errors };
        }

        await output.WriteLineAsync(JsonSerializer.Serialize(report, LoadReport.Json));
        return report.Errors.Count == 0 && report.AllReplies > 0 ? 0 : 1;
    }
}
