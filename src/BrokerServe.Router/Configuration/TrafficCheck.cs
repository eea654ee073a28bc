using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Configuration;

/// <summary>Traffic and shadows of an endpoint: shares, the backends they name, and the prefetch that follows from them.</summary>
internal static class TrafficCheck
{
    public static void Check(string place, EndpointConfig endpoint, IReadOnlyDictionary<string, BackendConfig> backends, ConfigErrors errors)
    {
        if (endpoint.Traffic is { } traffic)
        {
            CheckShares($"{place}:{nameof(EndpointConfig.Traffic)}", traffic, TrafficPolicy.CheckWeights, backends, errors);
            if (Prefetch.Refuse([.. traffic.Keys], backends) is { } refusal)
            {
                errors.Add($"{place}:{nameof(EndpointConfig.Traffic)}", refusal);
            }
        }

        if (endpoint.Shadow is { } shadow)
        {
            CheckShares($"{place}:{nameof(EndpointConfig.Shadow)}", shadow, TrafficPolicy.CheckShadows, backends, errors);
        }
    }

    private static void CheckShares(
        string place,
        IReadOnlyDictionary<string, double> shares,
        Action<IReadOnlyDictionary<string, double>, ICollection<string>> check,
        IReadOnlyDictionary<string, BackendConfig> backends,
        ConfigErrors errors)
    {
        var sentences = new List<string>();
        check(shares, sentences);
        foreach (var sentence in sentences)
        {
            errors.Add(place, sentence);
        }

        foreach (var unknown in shares.Keys.Where(name => !backends.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            errors.Add(place, $"there is no backend {unknown}; {Suggestion.For(unknown, backends.Keys)}");
        }
    }
}
