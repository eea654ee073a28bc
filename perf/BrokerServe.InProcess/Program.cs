using BrokerServe.InProcess;
using BrokerServe.LoadGenerator;

const string Usage = """
    inprocess [--concurrency N] [--rounds N] [--seconds N] [--size BYTES] [--at-most-once] [--allocations]
    inprocess load [--channel] [--at-most-once] [--concurrency N] [--rate R] [--duration SECONDS] [--warmup SECONDS] [--size BYTES] [--runs-from -]

    Client, router and worker in this process on the in-memory broker, and beside them, round by round, callers that talk to an echo
    loop through a Channel<T>. Defaults: 256 callers, 5 rounds of 3 seconds, 64 bytes, at least once. --allocations adds a round that says
    what was allocated. With load it is one of the two alone, for perf/run.sh; with --runs-from - once for each line of standard input, which
    says what is different: --concurrency and the options behind it.
    """;

var alone = args is ["load", ..];
if (Settings.Read(alone ? args.AsSpan(1) : args) is not { } settings)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

if (!alone)
{
    await Comparison.RunAsync(settings, Console.Out);
    return 0;
}

return await LoadProgram.RunAsync(settings.Load, async (generator, load) =>
{
    IEcho echo = settings.Channel ? new ChannelEcho() : await ServeEcho.StartAsync(load.Concurrency, settings.AtMostOnce);
    return new EchoTarget(generator, echo, load.NewBody(), ownsEcho: true);
});
