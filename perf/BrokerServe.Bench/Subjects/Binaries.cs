namespace BrokerServe.Bench.Subjects;

/// <summary>Where the executables are, as <c>perf/run.sh</c> builds them.</summary>
/// <param name="Root">The repository.</param>
internal sealed record Binaries(string Root)
{
    /// <summary>Of another checkout, to measure what was changed since; null: none was named.</summary>
    public Binaries? Before { get; init; }

    /// <summary>What is written by hand: ours also beside another checkout, so that only what is compared differs.</summary>
    public string RawRelay { get; init; } = Path.Combine(Root, "perf/BrokerServe.RawRelay/bin/Release/net10.0/rawrelay");

    public string MassTransit => Perf("BrokerServe.MassTransitPeer", "masstransitpeer");

    public string ServeLoad => Perf("BrokerServe.ServeLoad", "serveload");

    public string InProcess => Perf("BrokerServe.InProcess", "inprocess");

    public string Benchmarks => Perf("BrokerServe.Benchmarks", "BrokerServe.Benchmarks");

    public string Probe => Perf("BrokerServe.Probe", "BrokerServe.Probe.dll");

    public string BrokerServe => Path.Combine(Root, "src/BrokerServe.Host/bin/Release/net10.0/brokerserve");

    public string BrokerScript => Path.Combine(Root, "tests/BrokerServe.TestBroker/broker.sh");

    /// <summary>The repository that a folder lies in.</summary>
    /// <exception cref="InvalidOperationException">It lies in none.</exception>
    public static Binaries Above(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "BrokerServe.sln")))
            {
                return new Binaries(at);
            }
        }

        throw new InvalidOperationException($"{folder} does not lie in the repository: start perf/run.sh.");
    }

    private string Perf(string project, string file) => Path.Combine(Root, "perf", project, "bin/Release/net10.0", file);
}
