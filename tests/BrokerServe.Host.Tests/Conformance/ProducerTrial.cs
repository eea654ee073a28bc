using BrokerServe.Host.Conformance;
using BrokerServe.Host.Conformance.Producer;
using BrokerServe.Host.Tests.Conformance.Suspects;
using BrokerServe.Protocol;
using BrokerServe.Transport.InMemory;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>One run of the kit for producers on a broker in this process.</summary>
internal static class ProducerTrial
{
    public static ProducerSettings Settings { get; } = new(ProducerSuspect.Endpoint, ObjectNames.DefaultPrefix);

    /// <summary>Runs the kit while a producer calls.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="listens">Called when the kit says that it waits for requests: none from then on is lost.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(InMemoryBroker broker, ProducerSettings settings, Action? listens = null)
    {
        var report = new Report(json: false, TextWriter.Null);
        await Within.ReasonAsync(RunAsync(), "the run ended");
        return report.Findings;

        async Task<bool> RunAsync()
        {
            await new ProducerRun(settings, report, new FirstLine(listens)).RunAsync(broker, default);
            return true;
        }
    }

    /// <summary>Starts a suspect, and runs the kit on it.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(ProducerFault fault)
    {
        using var broker = new InMemoryBroker();
        var suspect = new ProducerSuspect(broker, fault);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunSuspectAsync();

        // Where no request comes, or none any more, it costs a run so long; all others are over by the number of requests.
        var findings = await RunAsync(broker, Settings with { Timeout = TimeSpan.FromSeconds(3) }, listening.SetResult);
        await suspect.DisposeAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return findings;

        async Task RunSuspectAsync()
        {
            await listening.Task;
            await suspect.RunAsync();
        }
    }

    private sealed class FirstLine(Action? told) : StringWriter
    {
        private Action? _told = told;

        public override Task WriteLineAsync(string? value)
        {
            Interlocked.Exchange(ref _told, null)?.Invoke();
            return Task.CompletedTask;
        }
    }
}
