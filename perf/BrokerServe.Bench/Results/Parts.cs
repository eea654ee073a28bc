namespace BrokerServe.Bench.Results;

/// <summary>What a benchmark has in it, by the names of the command line and of results.</summary>
internal static class Parts
{
    /// <summary>Subjects beside each other through RabbitMQ, cell by cell.</summary>
    public const string Matrix = "matrix";

    /// <summary>The same harness without a broker.</summary>
    public const string Memory = "memory";

    /// <summary>Throughput and operations against size: the curves of <see cref="Scaling.ScaleCurves"/>.</summary>
    public const string Scale = "scale";

    /// <summary>The dispatcher alone, against replicas and backlog.</summary>
    public const string Dispatcher = "dispatcher";

    /// <summary>What processes cost that have nothing to do.</summary>
    public const string Idle = "idle";

    /// <summary>All of them, in the order in which they run.</summary>
    public static readonly string[] All = [Dispatcher, Memory, Matrix, Scale, Idle];
}
