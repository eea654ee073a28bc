using BrokerServe.Bench;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Subjects;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

/// <summary>What is started for whom.</summary>
public sealed class SubjectSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bench-subjects-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SubjectCatalog.Hop, "")]
    [InlineData(SubjectCatalog.Rpc, "workers")]
    [InlineData(SubjectCatalog.Relay, "middle workers")]
    [InlineData(SubjectCatalog.RelayJoined, "middle workers")]
    [InlineData(SubjectCatalog.MassTransit, "workers")]
    [InlineData(SubjectCatalog.Plain, "middle workers")]
    [InlineData(SubjectCatalog.PlainFramed, "middle workers")]
    [InlineData(SubjectCatalog.Coalesced, "middle workers")]
    [InlineData(SubjectCatalog.Observed, "middle workers")]
    public void A_subject_is_a_load_what_stands_between_and_one_process_of_workers(string key, string roles)
    {
        var subject = SubjectCatalog.Of(key);
        var site = NewSite(Guarantee.AtLeastOnce);

        Assert.Equal(roles, string.Join(' ', subject.Standing(site).Select(spec => spec.Role.ToString().ToLowerInvariant())));
        Assert.Equal(Role.Load, subject.Load(site).Role);
    }

    [Fact]
    public void No_two_processes_that_are_up_at_a_time_have_one_name_and_two_command_lines()
    {
        var site = NewSite(Guarantee.AtMostOnce);
        var lines = SubjectCatalog.OverBroker.Concat(SubjectCatalog.InMemory)
            .SelectMany(subject => subject.Standing(site).Append(subject.Load(site)))
            .GroupBy(spec => spec.Name);

        Assert.All(lines, specs => Assert.Single(specs.Select(spec => string.Join(' ', spec.Arguments)).Distinct()));
    }

    [Fact]
    public void Observed_are_the_same_processes_and_one_trace_of_a_hundred()
    {
        var site = NewSite(Guarantee.AtLeastOnce) with { Collector = "http://127.0.0.1:4318/" };
        ProcessSpec[] observed = [.. SubjectCatalog.Of(SubjectCatalog.Observed).Standing(site), SubjectCatalog.Of(SubjectCatalog.Observed).Load(site)];
        ProcessSpec[] others = [.. SubjectCatalog.Of(SubjectCatalog.Coalesced).Standing(site), SubjectCatalog.Of(SubjectCatalog.Coalesced).Load(site)];

        Assert.Equal(others.Select(spec => spec.File), observed.Select(spec => spec.File));
        Assert.Empty(others.Select(spec => spec.Name).Intersect(observed.Select(spec => spec.Name)));
        Assert.All(others, spec => Assert.Empty(spec.Variables));
        Assert.All(observed, spec => Assert.Equal((site.Collector, "0.01"), (spec.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"], spec.Variables["OTEL_TRACES_SAMPLER_ARG"])));
    }

    [Theory]
    [InlineData("quiet")]
    [InlineData("brokerserve")]
    public void A_variant_is_the_same_processes_with_its_variables_under_names_of_its_own(string name)
    {
        Assert.True(Variant.TryParse($"{name}=DOTNET_gcServer=0,X=a=b", out var variant, out _));
        var site = NewSite(Guarantee.AtLeastOnce);
        var subject = ServeSubjects.Varied(variant);
        ProcessSpec[] varied = [.. subject.Standing(site), subject.Load(site)];
        ProcessSpec[] others = [.. SubjectCatalog.Of(SubjectCatalog.Coalesced).Standing(site), SubjectCatalog.Of(SubjectCatalog.Coalesced).Load(site)];

        Assert.Equal(($"coalesced+{name}", $"BrokerServe, {name}"), (subject.Key, subject.Title));
        Assert.Equal(others.Select(spec => spec.File), varied.Select(spec => spec.File));
        Assert.Empty(others.Select(spec => spec.Name).Intersect(varied.Select(spec => spec.Name)));
        Assert.All(varied, spec => Assert.Equal(("0", "a=b"), (spec.Variables["DOTNET_gcServer"], spec.Variables["X"])));
    }

    [Fact]
    public void A_variant_may_be_another_checkout()
    {
        Assert.True(Variant.TryParse("one-channel=/other", out var variant, out _));
        var subject = ServeSubjects.Varied(variant);

        Assert.All(subject.Standing(NewSite(Guarantee.AtLeastOnce)), spec => Assert.StartsWith("/other/src/", spec.File, StringComparison.Ordinal));
        Assert.StartsWith("/other/perf/", subject.Load(NewSite(Guarantee.AtLeastOnce)).File, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SubjectCatalog.Plain)]
    [InlineData(SubjectCatalog.PlainFramed)]
    [InlineData(SubjectCatalog.Coalesced)]
    public void Another_checkout_brings_what_is_compared_and_nothing_that_is_written_by_hand(string key)
    {
        var site = NewSite(Guarantee.AtLeastOnce);
        site = site with { Binaries = site.Binaries with { Before = new Binaries("/older") } };
        var before = SubjectCatalog.Of(key + SubjectCatalog.BeforeSuffix);
        ProcessSpec[] theirs = [.. before.Standing(site), before.Load(site)];
        ProcessSpec[] ours = [.. SubjectCatalog.Of(key).Standing(site), SubjectCatalog.Of(key).Load(site)];

        Assert.Equal(
            ours.Select(spec => spec.File == site.Binaries.RawRelay ? spec.File : spec.File.Replace(site.Binaries.Root, "/older", StringComparison.Ordinal)),
            theirs.Select(spec => spec.File));
        Assert.Empty(ours.Take(ours.Length - 1).Select(spec => spec.Name).Intersect(theirs.Select(spec => spec.Name)));
        Assert.Contains("--before DIR", Assert.Throws<BenchException>(() => before.Standing(NewSite(Guarantee.AtLeastOnce))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_promise_and_the_queue_are_the_same_for_everybody()
    {
        var raw = SubjectCatalog.Of(SubjectCatalog.Relay).Load(NewSite(Guarantee.AtLeastOnce, QueueType.Quorum)).Arguments;
        Assert.Contains("--safe", raw);
        Assert.Contains("quorum", raw);
        Assert.DoesNotContain("--safe", SubjectCatalog.Of(SubjectCatalog.Relay).Load(NewSite(Guarantee.AtMostOnce)).Arguments);

        Assert.Contains("--at-most-once", SubjectCatalog.Of(SubjectCatalog.Coalesced).Load(NewSite(Guarantee.AtMostOnce)).Arguments);
        var configuration = ServeSubjects.Configuration(NewSite(Guarantee.AtMostOnce, QueueType.Quorum), new ServeShape());
        Assert.Contains("\"QueueType\":\"Quorum\",\"Delivery\":\"AtMostOnce\"", configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void More_replicas_than_a_worker_takes_are_several_workers()
    {
        var workers = ServeSubjects.Coalesced(new ServeShape { Replicas = 1_000, Limit = 8 }).Standing(NewSite(Guarantee.AtLeastOnce))
            .Where(spec => spec.Role == Role.Workers)
            .ToArray();

        Assert.Equal(16, workers.Length);
        Assert.Equal(1_000, workers.Sum(spec => int.Parse(spec.Arguments[spec.Arguments.ToList().IndexOf("--replicas") + 1])));
        Assert.Equal(16, workers.Select(spec => spec.Name).Distinct().Count());
    }

    [Fact]
    public void A_thousand_endpoints_are_configured_and_called()
    {
        var shape = new ServeShape { Endpoints = 1_000 };
        var configuration = ServeSubjects.Configuration(NewSite(Guarantee.AtLeastOnce), shape);

        Assert.Contains("\"framed-0\"", configuration, StringComparison.Ordinal);
        Assert.Contains("\"framed-999\"", configuration, StringComparison.Ordinal);
        Assert.Contains("1000", ServeSubjects.Load(NewSite(Guarantee.AtLeastOnce), shape).Arguments);
    }

    [Fact]
    public void An_unknown_subject_is_named_beside_those_that_there_are() =>
        Assert.Contains("relay", Assert.Throws<KeyNotFoundException>(() => SubjectCatalog.Of("relai")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_executables_are_looked_for_in_the_repository_around_this_one()
    {
        var binaries = Binaries.Above(AppContext.BaseDirectory);

        Assert.True(File.Exists(binaries.BrokerScript), binaries.BrokerScript);
        Assert.Throws<InvalidOperationException>(() => Binaries.Above(Path.GetTempPath()));
    }

    [Fact]
    public void A_load_is_told_its_cell_and_its_rate()
    {
        var shape = new LoadShape(new Cell(1_024, 256, Half: true), 1234.5678, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3));

        Assert.Equal(
            "--concurrency 256 --size 1024 --warmup 1.5 --duration 3 --rate 1234.568", shape.ToLine());
    }

    private Site NewSite(Guarantee guarantee, QueueType queueType = QueueType.Classic) =>
        new(new Binaries("/repository"), "amqp://localhost", _folder, guarantee, queueType);
}
