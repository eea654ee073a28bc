using System.Text.Json;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>One of many configurations, drawn from a seed: weights, limits, shadows, batch sizes, and what is there at all.</summary>
internal sealed class StormScene
{
    /// <summary>The router prints this when the scene is in force; no other scene has it.</summary>
    public required string Mark { get; init; }

    /// <summary>What the file says.</summary>
    public required string Json { get; init; }

    /// <summary>The weights of the endpoint that is called.</summary>
    public required IReadOnlyDictionary<string, double> Weights { get; init; }

    /// <summary>Draws the scene with a number. Backend <c>extra</c> and endpoint <c>side</c> are there in every other one only, not in step.</summary>
    public static StormScene Draw(string prefix, int number, Random random)
    {
        string[] backends = number % 2 == 0 ? ["v1", "v2", "v3"] : ["v1", "v2", "v3", "extra"];
        var weights = Split(random.GetItems(backends, 3).Distinct().ToArray(), random);
        var greet = new Dictionary<string, object> { ["Traffic"] = weights, ["MaxBodyBytes"] = 1_000_000 + number };
        if (random.Next(2) == 0)
        {
            greet["Shadow"] = new { shade = random.Next(1, 11) / 10.0 };
        }

        var endpoints = new Dictionary<string, object> { ["greet"] = greet };
        if (number % 4 < 2)
        {
            endpoints["side"] = new { Traffic = new { v1 = 1 } };
        }

        var settings = backends.ToDictionary(name => name, _ => (object)new { MaxConcurrentQueries = random.Next(2, 17) });
        settings["v2"] = new { MaxConcurrentQueries = 8, MaxBatchSize = random.Next(1, 9), BatchWaitTimeout = "1ms" };
        settings["shade"] = new { ShadowMaxQueued = random.Next(1, 50) };
        return new StormScene
        {
            Mark = $"MaxBodyBytes {1_000_000 + number};",
            Json = JsonSerializer.Serialize(new { BrokerServe = new { Prefix = prefix, Endpoints = endpoints, Backends = settings } }),
            Weights = weights,
        };
    }

    // Tenths, at least one each, all of them given out; the last gets what the sum leaves.
    private static Dictionary<string, double> Split(string[] backends, Random random)
    {
        var tenths = backends.ToDictionary(name => name, _ => 1);
        for (var left = 10 - backends.Length; left > 0; left--)
        {
            tenths[backends[random.Next(backends.Length)]]++;
        }

        return tenths.ToDictionary(share => share.Key, share => share.Value / 10.0);
    }
}
