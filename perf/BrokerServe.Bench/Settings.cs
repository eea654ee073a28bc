using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench;

/// <summary>What was asked for.</summary>
internal sealed record Settings
{
    /// <summary>Parts to run, of <see cref="Results.Parts"/>.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [Results.Parts.Matrix];

    /// <summary>The matrix, and how often and how long everything is measured.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Requests outstanding of the part in memory.</summary>
    public IReadOnlyList<int> MemoryOutstanding { get; init; } = Plans.AllOutstanding;

    /// <summary>Scale curves to run, by name.</summary>
    public IReadOnlyList<string> Curves { get; init; } = [];

    /// <summary>How long idle processes are looked at.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A broker that runs already; null: one is started.</summary>
    public string? BrokerUri { get; init; }

    /// <summary>Where that one shows its metrics for Prometheus.</summary>
    public Uri? BrokerMetrics { get; init; }

    /// <summary>What its process is called on this machine.</summary>
    public string? BrokerProcess { get; init; }

    /// <summary>Another checkout to compare with.</summary>
    public string? Before { get; init; }

    /// <summary>BrokerServe with something different, beside itself.</summary>
    public IReadOnlyList<Variant> Variants { get; init; } = [];

    /// <summary>Where results go.</summary>
    public required string Folder { get; init; }
}
