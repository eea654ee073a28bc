using BrokerServe.Host.Measuring;
using BrokerServe.Host.Pictures;

namespace BrokerServe.Host.Demo;

/// <summary>The demo's backends as pictures show them: what callers, handlers and the router's meters say of each.</summary>
internal static class DemoPictures
{
    /// <summary>Every backend, also one that nothing has reached yet.</summary>
    public static IReadOnlyList<BackendPicture> Of(CallTotals totals, DemoCounts counts, IReadOnlyDictionary<string, BackendGauges> gauges) =>
        [.. DemoSystem.Backends.Select(backend => Of(backend, totals, counts) with { Gauges = gauges.GetValueOrDefault(backend.Name) })];

    private static BackendPicture Of(DemoBackend backend, CallTotals totals, DemoCounts counts)
    {
        // Nobody is answered by a shadow; its handler is who knows.
        var requests = backend.IsShadow ? counts.Of(backend.Name).Value : totals.Backends.GetValueOrDefault(backend.Name);
        var all = backend.IsShadow ? totals.Ended : totals.Replies;
        return new BackendPicture(backend.Name, requests, all == 0 ? 0 : (double)requests / all)
        {
            Wanted = backend.Share,
            IsShadow = backend.IsShadow,
        };
    }
}
