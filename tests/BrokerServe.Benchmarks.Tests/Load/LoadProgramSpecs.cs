using System.Text.Json;
using BrokerServe.Bench.Planning;
using BrokerServe.Bench.Subjects;
using BrokerServe.LoadGenerator;
using Xunit;

namespace BrokerServe.Benchmarks.Tests.Load;

public sealed class LoadProgramSpecs
{
    private static readonly LoadSettings FromInput = new() { Concurrency = 4, RunsFromInput = true };

    [Fact]
    public async Task Each_line_of_the_input_is_a_run_with_a_client_of_its_own()
    {
        var targets = new List<Trial>();

        var (code, output) = await RunAsync("--warmup 0.02 --duration 0.05\n--concurrency 2 --warmup 0.02 --duration 0.05", targets);

        Assert.Equal(0, code);
        Assert.Equal([4, 2], targets.Select(target => target.MostUnderWay));
        Assert.Equal(6, output.Length);
        Assert.Equal([Generator.Measuring, Generator.Measured], output[3..5]);
        Assert.Equal(
            targets.Select(target => (long)target.Sent),
            new[] { output[2], output[5] }.Select(line => JsonSerializer.Deserialize<LoadReport>(line, LoadReport.Json)!.AllReplies));
    }

    [Fact]
    public async Task A_client_is_gone_before_its_run_is_reported()
    {
        using var output = new StringWriter();
        var reported = new List<string>();

        await LoadProgram.RunAsync(
            FromInput,
            (generator, _) => Task.FromResult<ITarget>(new Trial(generator) { Disposed = () => reported.Add(output.ToString()) }),
            new StringReader("--warmup 0 --duration 0.01"),
            output,
            CancellationToken.None);

        Assert.EndsWith(Generator.Measured + Environment.NewLine, Assert.Single(reported), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_throws_at_its_end_costs_an_error_and_no_run()
    {
        using var output = new StringWriter();

        var code = await LoadProgram.RunAsync(
            FromInput,
            (generator, _) => Task.FromResult<ITarget>(new Trial(generator) { Disposed = () => throw new TimeoutException() }),
            new StringReader("--warmup 0 --duration 0.01\n--warmup 0 --duration 0.01"),
            output,
            CancellationToken.None);

        Assert.Equal(1, code);
        Assert.Equal(2, output.ToString().Split("\"TimeoutException\":1").Length - 1);
    }

    [Fact]
    public async Task A_signal_between_two_runs_ends_it()
    {
        using var stopping = new CancellationTokenSource();
        using var input = new StreamReader(new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In)); // Nobody writes.
        var running = LoadProgram.RunAsync(FromInput, (_, _) => throw new InvalidOperationException(), input, TextWriter.Null, stopping.Token);

        await stopping.CancelAsync();

        Assert.Equal(0, await running.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_line_that_is_not_understood_ends_it()
    {
        var targets = new List<Trial>();

        Assert.Equal(2, (await RunAsync("--warmup never", targets)).Code);
        Assert.Equal(2, (await RunAsync("--size", targets)).Code);
        Assert.Equal(2, (await RunAsync(" ", targets)).Code);
        Assert.Equal(2, (await RunAsync("--runs-from -", targets)).Code);
        Assert.Empty(targets);
    }

    [Fact]
    public void A_load_reads_what_the_harness_says()
    {
        var shape = new LoadShape(new Cell(1_024, 256), 1234.5, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3));

        Assert.Equal(
            new LoadSettings { Concurrency = 256, Size = 1_024, Rate = 1234.5, WarmUp = shape.WarmUp, Duration = shape.Duration },
            new LoadSettings().With(shape.ToLine()));
    }

    private static async Task<(int Code, string[] Output)> RunAsync(string input, List<Trial> targets)
    {
        using var output = new StringWriter();
        var code = await LoadProgram.RunAsync(FromInput, ConnectAsync, new StringReader(input), output, CancellationToken.None);
        return (code, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));

        Task<ITarget> ConnectAsync(Generator generator, LoadSettings settings)
        {
            targets.Add(new Trial(generator));
            return Task.FromResult<ITarget>(targets[^1]);
        }
    }
}
