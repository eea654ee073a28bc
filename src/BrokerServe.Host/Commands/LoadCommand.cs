using System.CommandLine;
using BrokerServe.Client;
using BrokerServe.Host.Load;
using BrokerServe.Host.Pictures;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve load</c>: calls an endpoint for a while and measures.</summary>
internal static class LoadCommand
{
    private const string About = "Calls an endpoint for a while and measures.";

    private const string Details = """
          brokerserve load greet --concurrency 64 --duration 10s --size 64
          brokerserve load greet --rate 2000 --concurrency 256 --duration 1m --json

        Without --rate it is a closed loop: each of the callers begins a call when its last one has ended. With --rate it is an open loop:
        calls are due at that rate, and latency counts from when a call was due, so that no stall is left out. Latency is of replies;
        errors are counted by code. A warm-up lets code be compiled before anything counts. Exits with 1 when there is no connection, or
        not one reply.

        The result goes to standard output, what happens until then to standard error: in a terminal as a table that is drawn anew four
        times a second, without colours where NO_COLOR is set; as a line each second with --json, and where TERM is dumb, CI is set, or
        there is no terminal. Ctrl-C ends it early, with its result.
        """;

    public static Command Create()
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint's name." };
        var concurrency = Ranges.Count("--concurrency", 1, 100_000, 64, "Callers, and so the most calls under way.");
        var duration = Ranges.Time("--duration", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(30), 10, "How long calls are begun.");
        var warmUp = Ranges.Time("--warmup", TimeSpan.Zero, TimeSpan.FromDays(30), 0, "How long calls are made before that, and not counted.");
        var size = Ranges.Count("--size", 0, 16 * 1024 * 1024, 64, "Bytes of each payload.");
        var rate = Ranges.Rate("--rate", 10_000_000, "Calls per second to begin. Default: as fast as replies come.");
        var timeout = Ranges.Time("--timeout", TimeSpan.FromMilliseconds(1), BrokerServeClientOptions.MaxTimeout, 30, "What each call waits.");
        var atMostOnce = BrokerOptions.AtMostOnce();
        var json = new Option<bool>("--json") { Description = "The result as one JSON object." };
        var command = new DetailedCommand("load", About, Details)
        {
            endpoint, concurrency, duration, warmUp, size, rate, timeout, atMostOnce, json,
        };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(
            broker.Open(parsed),
            new LoadSettings(
                parsed.GetValue(endpoint)!,
                parsed.GetValue(concurrency),
                parsed.GetValue(duration).Time,
                parsed.GetValue(warmUp).Time,
                parsed.GetValue(size),
                parsed.GetValue(rate),
                parsed.GetValue(timeout).Time,
                parsed.GetValue(atMostOnce),
                broker.PrefixOf(parsed)),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>Runs the load; returns what the process exits with.</summary>
    internal static async Task<int> RunAsync(IBroker broker, LoadSettings settings, bool json, TextWriter output, TextWriter error)
    {
        var view = PictureViews.Choose(error, json, Surroundings.Of(error));
        using var interruption = new Interruption(view.Dispose);
        try
        {
            LoadResult result;
            using (view)
            {
                result = await new LoadRun(settings, view).RunAsync(broker, interruption.Token);
            }

            await output.WriteAsync(json ? result.ToJson() + Environment.NewLine : result.ToText());
            return result.Totals.Replies > 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (BrokerServeException failure)
        {
            await error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await error.WriteLineAsync("cancelled: The run was given up before it was connected.");
            return ExitCodes.Failed;
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(Message.Of(fault));
        }
    }
}
