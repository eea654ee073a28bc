using BrokerServe.Host.Pictures;
using Spectre.Console.Testing;

namespace BrokerServe.Host.Tests.Pictures;

/// <summary>Pictures with numbers that are easy to find again, and how they look.</summary>
internal static class Samples
{
    /// <summary>A demo after eight seconds, with all that a picture can have but errors.</summary>
    public static Picture Demo { get; } = new()
    {
        Title = "One process: a router, 6 replicas of 3 backends, 64 callers of 'greet', over the in-memory broker.",
        Elapsed = TimeSpan.FromSeconds(8.25),
        Duration = TimeSpan.FromSeconds(10),
        Counted = "calls",
        Count = 507_457,
        PerSecond = 64_452.4,
        Throughput = [18_000, 30_000, 41_000, 52_000, 48_000, 55_000, 61_000, 63_000, 58_000, 64_000, 66_120, 65_000],
        Outstanding = 64,
        Latency = new LatencyPicture(P50: 0.512, P90: 2.17, P99: 7.42, P999: 14.734, Max: 103.231),
        Errors = [],
        Backends =
        [
            new("greet-v1", 456_569, 0.8997) { Wanted = 0.9, Gauges = new BackendGauges(Backlog: 3, InFlight: 24, Credit: 0, Replicas: 3) },
            new("greet-v2", 50_888, 0.1003) { Wanted = 0.1, Gauges = new BackendGauges(Backlog: 0, InFlight: 5, Credit: 11, Replicas: 2) },
            new("greet-shadow", 101_836, 0.2007)
            {
                Wanted = 0.2, IsShadow = true, Gauges = new BackendGauges(Backlog: 0, InFlight: 2, Credit: 6, Replicas: 1),
            },
        ],
    };

    /// <summary>A load run in its second hour: only a client's view, and with errors.</summary>
    public static Picture Load { get; } = new()
    {
        Title = "Calling 'greet' over amqp://localhost: 256 callers, 2,000 calls/s, 64 bytes each.",
        Elapsed = new TimeSpan(1, 2, 3),
        Duration = TimeSpan.FromHours(2),
        Counted = "replies",
        Count = 7_442_000,
        PerSecond = 1_998,
        Throughput = [2_000, 2_000, 1_000, 0, 500, 2_000, 2_000],
        Outstanding = 12,
        Latency = new LatencyPicture(P50: 1.5, P90: 3, P99: 1_204.25, P999: 5_000.5, Max: 29_999.99),
        Errors = [new("deadline_exceeded", 1_204), new("overloaded", 31), new("replica_lost", 2)],
        Backends = [new("greet-v1", 6_697_800, 0.9), new("greet-v2", 744_200, 0.1)],
    };

    /// <summary>The picture as text, as a terminal of a width shows it.</summary>
    public static string Drawn(Picture picture, int width, Glyphs glyphs)
    {
        using var console = new TestConsole();
        console.Profile.Width = width;
        console.Write(PictureSheet.Of(picture, width, glyphs));
        Assert.All(console.Lines, line => Assert.InRange(line.Length, 0, width));
        return string.Join('\n', console.Lines.Select(line => line.TrimEnd())).TrimEnd('\n');
    }
}
