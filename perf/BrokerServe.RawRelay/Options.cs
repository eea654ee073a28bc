using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using BrokerServe.LoadGenerator;

namespace BrokerServe.RawRelay;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = $"""
        rawrelay relay|worker|load --broker URI [--route hop|rpc|relay|serve] [--safe] [--queue classic|quorum] [--name NAME]
                 [--join-writes] [--prefetch N]
                 worker only: [--workers N] [--limit N]
                 load only: [--concurrency N] [--rate R] [--duration SECONDS] [--warmup SECONDS] [--size BYTES] [--runs-from -]

        Each message carries one request.
          --route        hop: the load sends to itself. rpc: load, worker, load. relay (default): load, relay, worker, relay, load. serve: load and
                         worker as plain producer and plain worker of BrokerServe, in place of the relay its routers
          --safe         requests are persistent and confirmed, replies to the producer are confirmed, and a request is acknowledged after its
                         reply was confirmed; without it everything is transient and unacknowledged
          --queue        type of the durable request queue; default classic
          --name         prefix of the queues, the same for all three; with serve the prefix of the system; default rawrelay
          --endpoint     with serve: the endpoint to call; default greet
          --backend      with serve: the backend to be workers of; default greet-v1
          --join-writes  what is ready to be sent on a connection goes to its socket together, not frame by frame
          --prefetch     unacknowledged requests at the relay with --safe; default 2000
          --workers      workers in this process, each with a channel of its own; default 1
          --limit        queries that a worker takes at once, where anybody counts; default 256
        {LoadSettings.Usage}
        """;

    public required string Role { get; init; }

    public Uri Broker { get; init; } = new("amqp://guest:guest@127.0.0.1:5672/");

    public Route Route { get; init; } = Route.Relay;

    public bool Safe { get; init; }

    public bool Quorum { get; init; }

    public string Name { get; init; } = "rawrelay";

    public string Endpoint { get; init; } = "greet";

    public string Backend { get; init; } = "greet-v1";

    public bool JoinWrites { get; init; }

    public ushort Prefetch { get; init; } = 2_000;

    public int Workers { get; init; } = 1;

    public ushort Limit { get; init; } = 256;

    public LoadSettings Load { get; init; } = new();

    /// <summary>Where requests wait. One name per kind, because a queue cannot change its kind.</summary>
    public string RequestQueue => $"{Name}.{Route.ToString().ToLowerInvariant()}.{(Quorum ? "quorum" : "classic")}";

    /// <summary>Where the workers behind the relay take from.</summary>
    public string WorkQueue => $"{Name}.work";

    public static bool TryParse(string[] args, [NotNullWhen(true)] out Options? options, [NotNullWhen(false)] out string? problem)
    {
        options = null;
        problem = null;
        if (args is not ["relay" or "worker" or "load", ..])
        {
            problem = "The first word says the role.";
            return false;
        }

        var read = new Options { Role = args[0] };
        for (var i = 1; i < args.Length; i++)
        {
            var name = args[i];
            var value = name is "--safe" or "--join-writes" ? "" : i + 1 < args.Length ? args[++i] : null;
            if (value is null || read.With(name, value) is not { } next)
            {
                problem = $"{name} {value} is not understood.";
                return false;
            }

            read = next;
        }

        if (read is { Role: "relay", Route: not Route.Relay } or { Role: "worker", Route: Route.Hop })
        {
            problem = $"There is no {read.Role} on that route.";
            return false;
        }

        options = read;
        return true;
    }

    private Options? With(string name, string value) => name switch
    {
        "--broker" when Uri.TryCreate(value, UriKind.Absolute, out var uri) => this with { Broker = uri },
        "--route" when value is "hop" or "rpc" or "relay" or "serve" => this with { Route = Enum.Parse<Route>(value, ignoreCase: true) },
        "--safe" => this with { Safe = true },
        "--queue" when value is "classic" or "quorum" => this with { Quorum = value == "quorum" },
        "--name" => this with { Name = value },
        "--endpoint" => this with { Endpoint = value },
        "--backend" => this with { Backend = value },
        "--join-writes" => this with { JoinWrites = true },
        "--prefetch" when TryNumber(value, ushort.MaxValue, out var number) => this with { Prefetch = (ushort)number },
        "--workers" when TryNumber(value, 1_000, out var number) => this with { Workers = number },
        "--limit" when TryNumber(value, 10_000, out var number) => this with { Limit = (ushort)number },
        _ => Load.With(name, value) is { } load ? this with { Load = load } : null,
    };

    private static bool TryNumber(string text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max;
}
