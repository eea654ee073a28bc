using System.CommandLine;
using System.Text.RegularExpressions;
using BrokerServe.Bench;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Results;
using BrokerServe.Bench.Subjects;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Bench;

/// <summary>The command line, and who calls it.</summary>
public sealed partial class CommandSpecs
{
    private static readonly string Root = Binaries.Above(AppContext.BaseDirectory).Root;

    [Fact]
    public async Task Without_options_everything_runs()
    {
        var settings = await ReadAsync();

        Assert.Equal(Parts.All, settings.Parts);
        Assert.Equal(Plans.Full.Blocks, settings.Plan.Blocks);
        Assert.Equal(9, settings.Plan.Rounds);
    }

    [Fact]
    public async Task A_chosen_matrix_runs_alone()
    {
        var settings = await ReadAsync("--subjects", "relay,coalesced", "--outstanding", "1,256", "--rounds", "3", "--seconds", "0.5", "--first", "4");

        Assert.Equal([Parts.Matrix], settings.Parts);
        Assert.Equal(
            (3, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(4)), (settings.Plan.Rounds, settings.Plan.Duration, settings.Plan.FirstRun));
        Assert.Equal(["relay", "coalesced"], settings.Plan.Blocks[0].Subjects);
    }

    [Fact]
    public async Task Another_checkout_takes_part_only_where_it_is_asked_for()
    {
        Assert.DoesNotContain(Plans.Full.Blocks.SelectMany(block => block.Subjects), subject => subject.EndsWith(SubjectCatalog.BeforeSuffix, StringComparison.Ordinal));

        var settings = await ReadAsync("--subjects", "coalesced-before,coalesced", "--before", "../older");
        Assert.Equal(["coalesced-before", "coalesced"], settings.Plan.Blocks[0].Subjects);
        Assert.Equal("../older", settings.Before);
    }

    [Fact]
    public async Task Variants_run_beside_what_they_vary_in_every_cell()
    {
        var settings = await ReadAsync("--beside", "quiet=DOTNET_gcServer=0", "--beside", "older=../older", "--subjects", "relay", "--outstanding", "256");

        Assert.Equal([Parts.Matrix], settings.Parts);
        Assert.All(
            settings.Plan.Blocks.SelectMany(block => block.Cells),
            cell => Assert.Equal(["relay", "coalesced", "coalesced+quiet", "coalesced+older"], cell.Subjects));
        Assert.Equal([null, Path.GetFullPath("../older")], settings.Variants.Select(variant => variant.Checkout));
    }

    [Fact]
    public void A_variant_is_there_once() =>
        Assert.Contains("twice", Assert.Single(Command().Parse(["--beside", "a=X=1", "--beside", "a=X=2"]).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Scale_is_curves_dispatcher_and_idle_cost()
    {
        var settings = await ReadAsync("--scale", "--curves", "replicas");

        Assert.Equal([Parts.Dispatcher, Parts.Scale, Parts.Idle], settings.Parts);
        Assert.Equal(["replicas"], settings.Curves);
    }

    [Theory]
    [InlineData("--subjects", "relai")]
    [InlineData("--parts", "matrix,all")]
    [InlineData("--sizes", "64,-1")]
    [InlineData("--outstanding", "many")]
    [InlineData("--rounds", "x")]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "-1")]
    [InlineData("--broker-metrics", "15692")]
    [InlineData("--beside", "DOTNET_gcServer")]
    [InlineData("--beside", "two words=../older")]
    [InlineData("--beside", "quiet=DOTNET_gcServer=0,1")]
    [InlineData("--beside", "quiet=")]
    [InlineData("--beside", "-quiet=X=1")]
    [InlineData("--beside", "older=../a=b")]
    public void What_is_not_understood_is_refused(string option, string value) =>
        Assert.NotEmpty(Command().Parse([option, value]).Errors);

    [Theory]
    [InlineData("", "perf/run.sh")]
    [InlineData("--quick --out /home/me/x --rounds 7", "perf/run.sh --quick --rounds 7")]
    [InlineData("--out=/home/me/x --scale", "perf/run.sh --scale")]
    [InlineData("--before /home/me/older --rounds 7", "perf/run.sh --before DIR --rounds 7")]
    [InlineData("--rounds 7 --before=/home/me/older", "perf/run.sh --rounds 7 --before DIR")]
    [InlineData("--beside older=/home/me/older --beside=quiet=X=1", "perf/run.sh --beside older=DIR --beside quiet=X=1")]
    [InlineData("--beside seen=TO=http://me:s3cret@host/", "perf/run.sh --beside seen=TO=http://host/")]
    [InlineData("--broker amqp://me:s3cret@p@host/v --quick", "perf/run.sh --broker amqp://host/v --quick")]
    [InlineData("--broker=amqps://me:s3cret@host", "perf/run.sh --broker=amqps://host")]
    public void A_result_says_its_command_without_folders_and_passwords(string typed, string said) =>
        Assert.Equal(said, TypedCommand.Of(typed.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public async Task The_container_starts_it_with_options_that_it_knows()
    {
        var compose = File.ReadAllText(Path.Combine(Root, "docker/compose.perf.yaml"));
        var entryPoint = EntryPoint().Match(compose).Groups[1].Captures.Select(capture => capture.Value).ToArray();

        Assert.EndsWith("/bench", entryPoint[0], StringComparison.Ordinal);
        var settings = await ReadAsync(entryPoint[1..]);
        Assert.Equal("amqp://brokerserve:brokerserve@rabbitmq", settings.BrokerUri);
        Assert.Equal(new Uri("http://rabbitmq:15692/metrics"), settings.BrokerMetrics);
        Assert.Equal("beam.smp", settings.BrokerProcess);
    }

    [Theory]
    [InlineData("perf/run.sh")]
    [InlineData("docker/perf.Dockerfile")]
    public void Whoever_starts_it_has_built_what_it_starts(string file)
    {
        var binaries = new Binaries("");
        var text = Braces().Replace(
            File.ReadAllText(Path.Combine(Root, file)),
            match => string.Join(' ', match.Groups[2].Value.Split(',').Select(name => match.Groups[1].Value + name)));

        Assert.All(
            new[] { binaries.RawRelay, binaries.MassTransit, binaries.ServeLoad, binaries.InProcess, binaries.Benchmarks, binaries.BrokerServe },
            binary => Assert.Contains(binary[..binary.IndexOf("/bin/", StringComparison.Ordinal)], text, StringComparison.Ordinal));
        Assert.Contains("perf/BrokerServe.Bench", text, StringComparison.Ordinal);
    }

    private static RootCommand Command() => BenchCommand.Create((_, _) => Task.FromResult(0), _ => 0);

    private static async Task<Settings> ReadAsync(params string[] args)
    {
        Settings? read = null;
        var code = await BenchCommand.Create(
            (settings, _) =>
            {
                read = settings;
                return Task.FromResult(0);
            },
            _ => 0).Parse(args).InvokeAsync();
        Assert.Equal(0, code);
        return read!;
    }

    [GeneratedRegex(@"entrypoint:\n(?:\s+- (\S+)\n)+")]
    private static partial Regex EntryPoint();

    [GeneratedRegex(@"(\S+)\{([^}]+)\}")]
    private static partial Regex Braces();
}
