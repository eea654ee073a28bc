using System.Globalization;
using BrokerServe.LoadGenerator;

namespace BrokerServe.MassTransitPeer;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = $"""
        masstransitpeer worker|load --broker URI [--safe] [--queue classic|quorum] [--prefetch N] [--concurrent N]
                 load only: [--concurrency N] [--rate R] [--duration SECONDS] [--warmup SECONDS] [--size BYTES] [--runs-from -]

        Request and response by MassTransit: two hops, client to worker and back.
          --safe        messages are persistent and confirmed, and a request is acknowledged after its response was confirmed; without it they
                        are transient and unconfirmed
          --queue       type of the worker's queue; default classic
          --prefetch    requests that the worker takes from the broker; default 1024
          --concurrent  messages that a process works on at once; default the prefetch
        {LoadSettings.Usage}
        """;

    public required string Role { get; init; }

    public Uri Broker { get; init; } = new("amqp://guest:guest@127.0.0.1:5672/");

    public bool Safe { get; init; }

    public bool Quorum { get; init; }

    public ushort Prefetch { get; init; } = 1_024;

    public int? Concurrent { get; init; }

    public LoadSettings Load { get; init; } = new();

    /// <summary>One name per kind, because a queue cannot change its kind.</summary>
    public string QueueName => $"masstransit.{(Quorum ? "quorum" : "classic")}";

    /// <summary>Reads the command line; null when there is something in it that is not understood.</summary>
    public static Options? Read(string[] args)
    {
        var options = args is ["worker" or "load", ..] ? new Options { Role = args[0] } : null;
        for (var i = 1; i < args.Length && options is not null; i++)
        {
            options = args[i] == "--safe" ? options with { Safe = true } : i + 1 < args.Length ? options.With(args[i++], args[i]) : null;
        }

        return options;
    }

    private Options? With(string name, string value) => name switch
    {
        "--broker" when Uri.TryCreate(value, UriKind.Absolute, out var uri) => this with { Broker = uri },
        "--queue" when value is "classic" or "quorum" => this with { Quorum = value == "quorum" },
        "--prefetch" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 =>
            this with { Prefetch = number },
        "--concurrent" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 =>
            this with { Concurrent = number },
        _ => Load.With(name, value) is { } load ? this with { Load = load } : null,
    };
}
