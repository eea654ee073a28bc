namespace BrokerServe.Bench.Subjects;

/// <summary>How large a BrokerServe is put up.</summary>
internal sealed record ServeShape
{
    /// <summary>Of all names, so that several can be up at a time.</summary>
    public string Prefix { get; init; } = "brokerserve";

    public int Routers { get; init; } = 1;

    /// <summary>Replicas of the one framed backend; up to 64 in a process, which is what a worker takes.</summary>
    public int Replicas { get; init; } = 4;

    /// <summary>Queries that each of them takes.</summary>
    public int Limit { get; init; } = 256;

    /// <summary>Endpoints that send to it.</summary>
    public int Endpoints { get; init; } = 1;
}
