namespace BrokerServe.Router.Routing;

/// <summary>A backend that gets copies of requests, and of which share of them.</summary>
internal readonly record struct ShadowShare(string Backend, double Proportion)
{
    /// <summary>Whether a request with this draw is copied; the draw is one of its own, never that of the primary's choice.</summary>
    /// <param name="draw">From 0 up to, not including, 1. So a proportion of 1 copies every request.</param>
    public bool Takes(double draw) => draw < Proportion;
}
