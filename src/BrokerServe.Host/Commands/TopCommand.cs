using System.CommandLine;
using BrokerServe.Host.Pictures;
using BrokerServe.Host.Top;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve top</c>: the whole system while it works.</summary>
internal static class TopCommand
{
    private const string About = "Shows endpoints, backends, replicas and routers while they work: a live table, sorted and filtered from the keyboard.";

    private const string Details = """
          brokerserve top
          brokerserve top --filter greet --interval 500ms
          brokerserve top --json --count 1 --interval 3s

        Rates and latencies are of the last five seconds, of all routers together; nothing is changed. Keys: Tab chooses the section, < and >
        what it is sorted by, i inverts, / filters, arrows scroll, p pauses, ? explains, q ends. Rows in red have errors, no replica, or a
        backlog without credit. NO_COLOR takes the colours away. Where there is no terminal, and where TERM is dumb or CI is set, a line for
        each thing goes to standard output every interval; with --json an object each time, of the same shape as that of 'status --json'.
        """;

    public static Command Create()
    {
        var interval = Ranges.Time("--interval", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), 1, "How often the numbers are taken anew; routers report every second.");
        var count = Ranges.Count("--count", 0, 1_000_000, 0, "End when they were taken so often; 0: go on.");
        var filter = new Option<string>("--filter") { Description = "Only rows with this word in a name.", HelpName = "WORD", DefaultValueFactory = _ => "" };
        var json = new Option<bool>("--json") { Description = "One JSON object each time, in a line." };
        var command = new DetailedCommand("top", About, Details) { interval, count, filter, json };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(
            broker.Open(parsed),
            new ObjectNames(broker.PrefixOf(parsed)),
            new TopSettings(
                parsed.GetValue(interval).Time,
                parsed.GetValue(count) is > 0 and var most ? most : null,
                parsed.GetValue(filter)!,
                parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<int> RunAsync(IBroker broker, ObjectNames names, TopSettings settings, TextWriter output, TextWriter error)
    {
        var around = Surroundings.OfBoth(output);
        if (settings.Json || !around.DrawPictures)
        {
            using var ended = new Interruption();
            return await new TopRun(broker, names, settings, static () => null).RunAsync(screen: null, output, error, ended.Token);
        }

        using var screen = new TopScreen(output, static () => (Console.WindowWidth, Console.WindowHeight), around.WelcomeColours);
        using var interruption = new Interruption(screen.Dispose);
        return await new TopRun(broker, names, settings, Read).RunAsync(screen, output, error, interruption.Token);

        static ConsoleKeyInfo? Read() => Console.KeyAvailable ? Console.ReadKey(intercept: true) : null;
    }
}
