using System.Text.RegularExpressions;
using BrokerServe.Client;
using BrokerServe.Host.Pictures;
using BrokerServe.Host.Tests.Pictures;
using BrokerServe.Host.Top;
using BrokerServe.Host.Watching;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using Spectre.Console;

namespace BrokerServe.Host.Tests.Watching;

/// <summary>The live table: what it shows, in windows of any size, and what its keys do.</summary>
public sealed class TopSpecs
{
    private readonly TopState _state = new();

    [Theory]
    [InlineData(79, 24)]
    [InlineData(199, 50)]
    [InlineData(40, 12)]
    [InlineData(79, 9)]
    public void It_fits_its_window(int width, int height)
    {
        for (var section = 0; section < TopState.Sections; section++)
        {
            var lines = Print(width, height);
            Assert.Equal(height, lines.Length);
            Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
            Press('\t', ConsoleKey.Tab);
        }
    }

    [Fact]
    public void A_wide_window_has_the_columns_that_a_narrow_one_leaves_out()
    {
        var narrow = string.Join('\n', Print(79, 24));
        var wide = string.Join('\n', Print(199, 50));

        Assert.Contains("req/s", narrow, StringComparison.Ordinal);
        Assert.Contains("credit", narrow, StringComparison.Ordinal);
        Assert.DoesNotContain("shadow", narrow, StringComparison.Ordinal);
        Assert.Contains("software", wide, StringComparison.Ordinal);
        Assert.Contains("shadow", wide, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_sort_the_section_in_focus()
    {
        Press('\t', ConsoleKey.Tab);
        Press('\t', ConsoleKey.Tab);
        Assert.Equal(2, _state.Focus);
        Assert.Equal(["replica-00", "replica-01"], Replicas()[..2]);

        Press('>');
        Press('>');
        Press('>');
        Assert.Equal(["replica-29", "replica-28"], Replicas()[..2]); // By replies per second.
        Press('i');
        Assert.Equal(["replica-00", "replica-01"], Replicas()[..2]);
        Press('\0', ConsoleKey.PageDown);
        Assert.Equal("replica-10", Replicas()[0]);
        Press('\0', ConsoleKey.End);
        Assert.Equal("replica-29", Replicas()[^1]);
        Press('\0', ConsoleKey.Home);
        Assert.Equal("replica-00", Replicas()[0]);
    }

    [Fact]
    public void A_filter_is_typed_and_taken_away()
    {
        Press('3');
        Press('/');
        foreach (var letter in "A-07x")
        {
            Press(letter);
        }

        Press('\b', ConsoleKey.Backspace);
        Assert.True(_state.IsTyping);
        Press('\r', ConsoleKey.Enter);
        Assert.Equal(["replica-07"], Replicas());
        Assert.Contains("filter: A-07", Print(79, 24)[^1], StringComparison.Ordinal);
        Press('\e', ConsoleKey.Escape);
        Assert.True(Replicas().Length > 1);
    }

    [Fact]
    public void Help_explains_the_keys_until_another_is_pressed()
    {
        Press('?');
        Assert.Contains(Print(79, 24), line => line.StartsWith("Tab, 1 to 4", StringComparison.Ordinal));
        Press('q');
        Assert.False(_state.HasQuit);
        Assert.DoesNotContain(Print(79, 24), line => line.StartsWith("Tab, 1 to 4", StringComparison.Ordinal));
        Press('q');
        Assert.True(_state.HasQuit);
    }

    [Fact]
    public async Task Lines_show_the_load_that_there_is()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        await using var client = await BrokerServeClient.ConnectAsync(system.Broker);
        using var stop = new CancellationTokenSource();
        var calling = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await client.InvokeRawAsync("greet", default);
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            }
        });
        var output = new StringWriter();
        var top = new TopRun(system.Broker, new ObjectNames(), new TopSettings(TimeSpan.FromSeconds(4), 1, "greet", Json: false), static () => null);

        Assert.Equal(0, await Within.ReasonAsync(top.RunAsync(screen: null, output, TextWriter.Null, CancellationToken.None), "top showed its numbers"));

        await stop.CancelAsync();
        await calling;
        var endpoint = Assert.Single(output.ToString().Split('\n'), line => line.Contains(" endpoint greet ", StringComparison.Ordinal));
        var rate = double.Parse(Regex.Match(endpoint, @"req/s=([\d,.]+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(rate > 0, endpoint); // How much is the machine's: ReportSpecs hold rates to a clock of their own, and StatusSpecs counts to the calls.
        Assert.Contains("err/s=0.0", endpoint, StringComparison.Ordinal);
        Assert.Contains("traffic=greet-v1 100%", endpoint, StringComparison.Ordinal);
        Assert.Contains(" backend greet-v1 ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("replicas=1", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_terminal_it_draws_until_q_and_gives_the_terminal_back()
    {
        await using var system = await TrialSystem.StartAsync("echo");
        var written = new StringWriter();
        using var screen = new TopScreen(written, static () => (80, 24), colours: false);
        var top = new TopRun(
            system.Broker, new ObjectNames(), new TopSettings(TimeSpan.FromMilliseconds(100), null, "", Json: false),
            () => written.ToString().Contains("greet-v1", StringComparison.Ordinal) ? Key('q') : null);

        Assert.Equal(0, await Within.ReasonAsync(top.RunAsync(screen, TextWriter.Null, TextWriter.Null, CancellationToken.None), "q ended it"));
        screen.Dispose();

        var said = written.ToString();
        Assert.StartsWith(Sequences.EnterScreen + Sequences.HideCursor, said, StringComparison.Ordinal);
        Assert.Contains(Sequences.ShowCursor + Sequences.LeaveScreen, said, StringComparison.Ordinal);
        Assert.DoesNotMatch(Sequences.Colour, said);
    }

    private static ConsoleKeyInfo Key(char letter, ConsoleKey key = ConsoleKey.None) => new(letter, key, shift: false, alt: false, control: false);

    private void Press(char letter, ConsoleKey key = ConsoleKey.None) =>
        _state.Press(Key(letter, key), TopSheet.ColumnsInFocus(Frame(), _state, 120));

    private string[] Replicas() =>
        [.. Print(120, 30).Where(line => line.StartsWith("replica-", StringComparison.Ordinal)).Select(line => line[..10])];

    private string[] Print(int width, int height) =>
        [.. SheetPrinter.Print(new Rows(TopSheet.Lines(Frame(), _state, width, height)), width, colours: false).Select(line => Sequences.Any.Replace(line, ""))];

    private static TopFrame Frame()
    {
        var traffic = new Dictionary<string, double> { ["greet-v1"] = 0.9, ["greet-v2"] = 0.1 };
        EndpointView[] endpoints =
        [
            new("greet")
            {
                Requests = 1_234_567, RequestsPerSecond = 4_321.5, ErrorsPerSecond = 0, Latency = new LatencyView(0.5, 2, 70), Traffic = traffic,
                Shadow = new Dictionary<string, double> { ["greet-shadow"] = 0.05 },
            },
            new("an-endpoint-with-a-name-that-is-longer-than-anybody-would-like-it-to-be") { RequestsPerSecond = 0.1, ErrorsPerSecond = 0.1 },
        ];
        BackendView[] backends = [new("greet-v1") { Replicas = 30, Credit = 5, InFlight = 12 }, new("greet-v2") { Queued = 12, Replicas = 0 }];
        var replicas = Enumerable.Range(0, 30).Select(number => new ReplicaView($"replica-{number:00}", "greet-v1", ReplicaPhase.Serving)
        {
            Limit = 8, InFlight = number % 8, RepliesPerSecond = number,
        });
        RouterView[] routers = [new("router-0123abcd", TimeSpan.FromMilliseconds(300)) { Software = "brokerserve/0.1.0", Uptime = TimeSpan.FromHours(3) }];
        return new TopFrame(
            new Sighting(new SystemView(routers, endpoints, backends, [.. replicas]), [], [], []),
            DateTimeOffset.UnixEpoch, "amqp://localhost:5672", "brokerserve", IsConnected: true);
    }
}
