namespace BrokerServe.Bench.Subjects;

/// <summary>A way to get requests answered that is measured.</summary>
/// <param name="Key">On the command line and in results.</param>
/// <param name="Title">In tables and charts.</param>
/// <param name="Hops">How often a request and its reply cross the broker.</param>
/// <param name="Standing">The processes that stay, in the order in which they are started.</param>
/// <param name="Load">The load; it stays as well, and is told what to do by a line for each run (<see cref="LoadShape"/>).</param>
internal sealed record Subject(
    string Key,
    string Title,
    int Hops,
    Func<Site, IReadOnlyList<ProcessSpec>> Standing,
    Func<Site, ProcessSpec> Load);
