namespace BrokerServe.Bench.Subjects;

/// <summary>How a process says that it is ready.</summary>
internal enum Readiness
{
    /// <summary>By a line "ready" on standard output.</summary>
    Line,

    /// <summary>By its health over HTTP; whoever starts it appends <c>--http</c> with an address that is free.</summary>
    Health,
}
