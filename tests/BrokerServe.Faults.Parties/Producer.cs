using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using BrokerServe.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BrokerServe.Faults.Parties;

/// <summary>Calls an endpoint at a rate, whatever becomes of the calls before, and puts down how each one ends.</summary>
internal sealed class Producer(IBrokerServeClient client, Settings settings, Journal journal)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private const int Outstanding = 256; // As many as the benchmarks have.

    private readonly string _endpoint = settings.Text("endpoint", "greet");
    private readonly int _timeoutMs = settings.Number("timeout", 20_000);
    private readonly ConcurrentDictionary<long, Task> _calls = [];
    private CancellationTokenSource? _pacing;
    private Task _pace = Task.CompletedTask;
    private long _last = settings.Number("first", 0);

    public static async Task<int> RunAsync(Settings settings, Journal journal)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddBrokerServeClient(options =>
        {
            options.Prefix = settings.Prefix;
            options.Reconnect = Settings.Reconnect;
            options.Name = "producer";
            options.MaxPendingCalls = 100_000;
            options.CoalesceRequests = settings.Text("coalesce", "true") == "true";
        }).UseRabbitMq(settings.Broker);
        using var host = builder.Build();
        await host.StartAsync();
        var producer = new Producer(host.Services.GetRequiredService<IBrokerServeClient>(), settings, journal);
        await Commands.RunAsync(producer.DoAsync);
        await host.StopAsync();
        return 0;
    }

    // rate N [TIMEOUT]: calls each second from now on. saturate MS: says how many each second come back when many wait for each other. call [ID [TIMEOUT]]: one. stop: begins no more, and waits for those under way. wait: only waits.
    private async Task<string> DoAsync(string[] words)
    {
        switch (words[0])
        {
            case "rate":
                await StopAsync();
                _pacing = new CancellationTokenSource();
                _pace = PaceAsync(int.Parse(words[1], CultureInfo.InvariantCulture), TimeoutOf(words), _pacing.Token);
                return "calling";
            case "saturate":
                return await SaturateAsync(TimeSpan.FromMilliseconds(int.Parse(words[1], CultureInfo.InvariantCulture)));
            case "call":
                Call(
                    words.Length > 1 ? long.Parse(words[1], CultureInfo.InvariantCulture) : ++_last,
                    TimeoutOf(words));
                return "called";
            case "stop":
                await StopAsync();
                goto case "wait";
            case "wait":
                await Task.WhenAll(_calls.Values);
                return "over";
            default:
                throw new InvalidOperationException($"No such command: {words[0]}");
        }
    }

    private int TimeoutOf(string[] words) => words.Length > 2 ? int.Parse(words[2], CultureInfo.InvariantCulture) : _timeoutMs;

    private async Task StopAsync()
    {
        _pacing?.Cancel();
        await _pace;
    }

    // Offered, not closed: a system that stalls gets what it missed all at once.
    private async Task PaceAsync(int rate, int timeoutMs, CancellationToken enough)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        for (long begun = 0; !enough.IsCancellationRequested;)
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(since).TotalSeconds * rate); begun < due; begun++)
            {
                Call(++_last, timeoutMs);
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<string> SaturateAsync(TimeSpan time)
    {
        var since = Stopwatch.GetTimestamp();
        var calls = 0;
        await Task.WhenAll(Enumerable.Range(0, Outstanding).Select(async _ =>
        {
            for (; Stopwatch.GetElapsedTime(since) < time; Interlocked.Increment(ref calls))
            {
                await CallAsync(Interlocked.Increment(ref _last), _timeoutMs);
            }
        }));
        return (calls / Stopwatch.GetElapsedTime(since).TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
    }

    private void Call(long id, int timeoutMs)
    {
        var call = CallAsync(id, timeoutMs);
        if (!call.IsCompleted)
        {
            _calls[id] = call;
            call.ContinueWith((_, key) => _calls.TryRemove((long)key!, out var _), id, TaskScheduler.Default);
        }
    }

    private async Task CallAsync(long id, int timeoutMs)
    {
        var payload = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(payload, id);
        journal.Called(id, timeoutMs);
        try
        {
            var reply = await client.InvokeRawAsync(_endpoint, payload, new InvokeOptions
            {
                Timeout = TimeSpan.FromMilliseconds(timeoutMs),
                MessageId = id.ToString(CultureInfo.InvariantCulture),
            });
            journal.Ended(id, "ok", BinaryPrimitives.ReadInt64LittleEndian(reply.Body.Span));
        }
        catch (BrokerServeException failure)
        {
            journal.Ended(id, failure.Code, 0, failure.Reason);
        }
    }
}
