using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BrokerServe.RawRelay;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        rawrelay relay|worker|load --broker URI [--safe] [--queue classic|quorum] [--name NAME] [--prefetch N]
                 load only: [--concurrency N] [--duration SECONDS] [--warmup SECONDS] [--size BYTES]

        A request goes from load to relay to worker and back the same way: four messages, each alone.
          --safe         requests are persistent and confirmed, replies to the producer are confirmed, and a request is
                         acknowledged after its reply was confirmed; without it everything is transient and unacknowledged
          --queue        type of the durable request queue; default classic
          --name         prefix of the queues, the same for all three; default rawrelay
          --prefetch     unacknowledged requests at the relay with --safe; default 2000
          --concurrency  requests outstanding; default 64
          --duration     what is measured, after --warmup (default 2), in seconds; default 10
          --size         body bytes; default 64
        """;

    public required string Role { get; init; }

    public Uri Broker { get; init; } = new("amqp://guest:guest@127.0.0.1:5672/");

    public bool Safe { get; init; }

    public bool Quorum { get; init; }

    public string Name { get; init; } = "rawrelay";

    public ushort Prefetch { get; init; } = 2_000;

    public int Concurrency { get; init; } = 64;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    public int Size { get; init; } = 64;

    /// <summary>Where requests wait. One name per kind, because a queue cannot change its kind.</summary>
    public string RequestQueue => $"{Name}.requests.{(Quorum ? "quorum" : "classic")}";

    /// <summary>Where the workers take from.</summary>
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
            var value = name == "--safe" ? "" : i + 1 < args.Length ? args[++i] : null;
            if (value is null || read.With(name, value) is not { } next)
            {
                problem = $"{name} {value} is not understood.";
                return false;
            }

            read = next;
        }

        options = read;
        return true;
    }

    private Options? With(string name, string value) => name switch
    {
        "--broker" when Uri.TryCreate(value, UriKind.Absolute, out var uri) => this with { Broker = uri },
        "--safe" => this with { Safe = true },
        "--queue" when value is "classic" or "quorum" => this with { Quorum = value == "quorum" },
        "--name" => this with { Name = value },
        "--prefetch" when ushort.TryParse(value, CultureInfo.InvariantCulture, out var number) && number > 0 => this with { Prefetch = number },
        "--concurrency" when TryNumber(value, 1, 10_000, out var number) => this with { Concurrency = number },
        "--duration" when TryNumber(value, 1, 3_600, out var number) => this with { Duration = TimeSpan.FromSeconds(number) },
        "--warmup" when TryNumber(value, 0, 3_600, out var number) => this with { WarmUp = TimeSpan.FromSeconds(number) },
        "--size" when TryNumber(value, 0, 16 * 1024 * 1024, out var number) => this with { Size = number },
        _ => null,
    };

    private static bool TryNumber(string text, int min, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;
}
