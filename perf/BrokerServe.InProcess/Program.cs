using System.Globalization;
using BrokerServe.InProcess;

const string Usage = """
    inprocess [--concurrency N] [--rounds N] [--seconds N] [--size BYTES] [--at-most-once] [--allocations]

    Client, router and worker in this process on the in-memory broker, and beside them, round by round, callers that talk to an echo
    loop through a Channel<T>. Defaults: 256 callers, 5 rounds of 3 seconds, 64 bytes, at least once. --allocations adds a round that says
    what was allocated.
    """;

var settings = new Settings();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] is "--at-most-once" or "--allocations")
    {
        settings = args[i] == "--allocations" ? settings with { Allocations = true } : settings with { AtMostOnce = true };
        continue;
    }

    var known = i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? settings.With(args[i++], number)
        : null;
    if (known is null)
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    settings = known;
}

await Comparison.RunAsync(settings, Console.Out);
return 0;
