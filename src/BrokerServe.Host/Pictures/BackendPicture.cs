namespace BrokerServe.Host.Pictures;

/// <summary>One backend's part of the work.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Requests">Requests that it has answered; of a shadow, copies that it has run.</param>
/// <param name="Share">Its share of all requests, 0 to 1; of a shadow, copies for each request.</param>
internal sealed record BackendPicture(string Name, long Requests, double Share)
{
    /// <summary>The share that the traffic policy gives it, 0 to 1; null where the policy is not known.</summary>
    public double? Wanted { get; init; }

    /// <summary>Whether it gets copies, and answers nobody.</summary>
    public bool IsShadow { get; init; }

    /// <summary>What a router says about it; null where there is no router to look at.</summary>
    public BackendGauges? Gauges { get; init; }
}
