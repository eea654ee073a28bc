using System.Globalization;
using System.Text.Json;

namespace BrokerServe.Bench.Subjects;

/// <summary>BrokerServe: its executable as users run it, with its own client and workers or with plain AMQP on either side.</summary>
internal static class ServeSubjects
{
    private const string Framed = "framed";
    private const string PlainBackend = "plain";
    private const int ReplicasPerProcess = 64;

    public static Subject Plain(ServeShape serve) => new(
        SubjectCatalog.Plain,
        "BrokerServe, plain producer and workers",
        4,
        site => [Router(site, serve, 0), PlainWorkers(site, serve)],
        site => PlainLoad(site, serve, PlainBackend));

    public static Subject PlainFramed(ServeShape serve) => new(
        SubjectCatalog.PlainFramed,
        "BrokerServe, plain producer",
        4,
        site => [Router(site, serve, 0), .. Workers(site, serve)],
        site => PlainLoad(site, serve, Framed));

    /// <summary>The same of the checkout that was named to compare with, under a prefix of its own.</summary>
    /// <exception cref="BenchException">When it is started and none was named.</exception>
    public static Subject Before(Func<ServeShape, Subject> make)
    {
        var subject = make(new ServeShape { Prefix = "before" });
        return Of(subject, There) with { Key = subject.Key + SubjectCatalog.BeforeSuffix, Title = subject.Title + ", before" };

        static Site There(Site site) => InCheckout(
            site, site.Binaries.Before ?? throw new BenchException($"Subjects '*{SubjectCatalog.BeforeSuffix}' need --before DIR."));
    }

    /// <summary>Calls that are ready together share messages on all four hops.</summary>
    public static Subject Coalesced(ServeShape serve) => new(
        SubjectCatalog.Coalesced,
        "BrokerServe",
        4,
        site => [.. Enumerable.Range(0, serve.Routers).Select(number => Router(site, serve, number)), .. Workers(site, serve)],
        site => Load(site, serve));

    /// <summary>The same, with metrics, logs and one trace of a hundred going from each process to a collector.</summary>
    public static Subject Observed(ServeShape serve)
    {
        var subject = Coalesced(serve);
        return With(subject, Telemetry) with { Key = SubjectCatalog.Observed, Title = subject.Title + ", observed" };

        static Dictionary<string, string> Telemetry(Site site) => new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = site.Collector,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0.01",
        };
    }

    /// <summary>The same with something different, under a prefix of its own.</summary>
    public static Subject Varied(Variant variant)
    {
        var subject = Coalesced(new ServeShape { Prefix = $"beside-{variant.Name}" });
        var varied = variant.Checkout is { } folder ? Of(subject, site => InCheckout(site, new Binaries(folder))) : With(subject, _ => variant.Variables);
        return varied with { Key = variant.Key, Title = $"{subject.Title}, {variant.Name}" };
    }

    /// <summary>The client that calls, as a process.</summary>
    public static ProcessSpec Load(Site site, ServeShape serve) => new(
        $"{serve.Prefix}-load",
        Role.Load,
        site.Binaries.ServeLoad,
        [
            "--broker", site.BrokerUri, "--prefix", serve.Prefix, "--endpoint", Framed, "--endpoints", Text(serve.Endpoints),
            .. site.Safe ? Array.Empty<string>() : ["--at-most-once"], .. LoadShape.FromInput,
        ]);

    /// <summary>What a router is told: endpoints that send to plain and to framed workers, under the promise of the site.</summary>
    public static string Configuration(Site site, ServeShape serve)
    {
        var names = serve.Endpoints == 1 ? [Framed] : Enumerable.Range(0, serve.Endpoints).Select(i => $"{Framed}-{Text(i)}");
        var endpoints = names.ToDictionary(name => name, _ => Endpoint(site, Framed));
        endpoints[PlainBackend] = Endpoint(site, PlainBackend);
        return JsonSerializer.Serialize(new
        {
            BrokerServe = new
            {
                serve.Prefix,
                Endpoints = endpoints,
                Backends = new Dictionary<string, object> { [Framed] = new(), [PlainBackend] = new() },
            },
        });
    }

    private static Subject Of(Subject subject, Func<Site, Site> there) => subject with
    {
        Standing = site => subject.Standing(there(site)),
        Load = site => subject.Load(there(site)),
    };

    private static Subject With(Subject subject, Func<Site, IReadOnlyDictionary<string, string>> variables) => subject with
    {
        Standing = site => [.. subject.Standing(site).Select(spec => spec with { Variables = variables(site) })],
        Load = site => subject.Load(site) with { Variables = variables(site) },
    };

    private static Site InCheckout(Site site, Binaries checkout) => site with { Binaries = checkout with { RawRelay = site.Binaries.RawRelay } };

    private static object Endpoint(Site site, string backend) => new
    {
        Traffic = new Dictionary<string, double> { [backend] = 1 },
        QueueType = site.QueueType.ToString(),
        Delivery = site.Guarantee.ToString(),
    };

    private static ProcessSpec Router(Site site, ServeShape serve, int number)
    {
        var file = Path.Combine(site.Folder, $"{serve.Prefix}.json");
        var text = Configuration(site, serve);
        if (!File.Exists(file) || File.ReadAllText(file) != text)
        {
            File.WriteAllText(file, text); // Only what is new: a router that runs follows its file.
        }

        return new ProcessSpec(
            $"{serve.Prefix}-router-{Text(number)}",
            Role.Middle,
            site.Binaries.BrokerServe,
            ["router", "--config", file, "--broker", site.BrokerUri, "--log-level", "Warning"],
            Readiness.Health);
    }

    private static IEnumerable<ProcessSpec> Workers(Site site, ServeShape serve)
    {
        for (var from = 0; from < serve.Replicas; from += ReplicasPerProcess)
        {
            yield return new ProcessSpec(
                $"{serve.Prefix}-workers-{Text(from)}",
                Role.Workers,
                site.Binaries.BrokerServe,
                [
                    "worker", Framed, "--handler", "echo", "--replicas", Text(Math.Min(ReplicasPerProcess, serve.Replicas - from)),
                    "--max-concurrent", Text(serve.Limit), "--prefix", serve.Prefix, "--broker", site.BrokerUri, "--log-level", "Warning",
                ],
                Readiness.Health);
        }
    }

    private static ProcessSpec PlainWorkers(Site site, ServeShape serve)
    {
        var spec = RawSubjects.Spec(
            site, Role.Workers, "worker", "serve", [.. RawSubjects.Workers, "--name", serve.Prefix, "--backend", PlainBackend]);
        return spec with { Name = $"{serve.Prefix}-{spec.Name}" };
    }

    private static ProcessSpec PlainLoad(Site site, ServeShape serve, string endpoint)
    {
        var spec = RawSubjects.Spec(
            site, Role.Load, "load", "serve", [.. LoadShape.FromInput, "--name", serve.Prefix, "--endpoint", endpoint]);
        return spec with { Name = $"{serve.Prefix}-{spec.Name}-{endpoint}" };
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
