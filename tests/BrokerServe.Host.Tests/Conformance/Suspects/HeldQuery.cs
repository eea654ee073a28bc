namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>A query that a suspect holds.</summary>
internal sealed record HeldQuery(string Ticket, string Router, string? Method, byte[] Payload, long EndsAtMs)
{
    /// <summary>Where its answer goes, as it said; of a framed one the router's newest key counts.</summary>
    public required string ReplyTo { get; init; }

    public uint Epoch { get; init; }

    public bool IsCancelled { get; set; }

    public bool HasBegun { get; set; }
}
