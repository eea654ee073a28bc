using BrokerServe.LoadGenerator;
using BrokerServe.MassTransitPeer;

if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (options.Role == "load")
{
    return await LoadProgram.RunAsync(options.Load, (generator, load) => RequestTarget.ConnectAsync(generator, options with { Load = load }));
}

using var signals = new StopSignals();
var bus = await Peer.StartAsync(options, consumes: true);
Console.WriteLine("ready");
await Task.Delay(Timeout.Infinite, signals.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
await bus.StopAsync();
return 0;
