using System.Collections.Concurrent;

namespace BrokerServe.Client.Publishing;

/// <summary>Which endpoints take request frames: what their routers' answers said, and no for those of which nobody said anything.</summary>
/// <remarks>Any thread. It holds as many entries as endpoints have answered.</remarks>
/// <param name="asks">The client would send frames, and so asks; otherwise every endpoint counts as one that takes none.</param>
internal sealed class FramedEndpoints(bool asks)
{
    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    /// <summary>Whether requests to the endpoint may travel in frames.</summary>
    public bool Take(string endpoint) => asks && _said.TryGetValue(endpoint, out var takes) && takes;

    /// <summary>Whether a request to the endpoint is to ask: also after a no, which an operator may take back.</summary>
    public bool IsToAsk(string endpoint) => asks && !Take(endpoint);

    /// <summary>An answer said whether the endpoint takes frames.</summary>
    public void Learn(string endpoint, bool takes) => _said[endpoint] = takes;
}
