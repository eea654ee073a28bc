using BrokerServe.LoadGenerator;
using BrokerServe.RawRelay;
using RabbitMQ.Client.Exceptions;

if (!Options.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

using var signals = new StopSignals();
try
{
    return options.Role switch
    {
        "relay" => await Relay.RunAsync(options, signals.Token),
        "worker" when options.Route == Route.Serve => await PlainReplica.RunAsync(options, signals.Token),
        "worker" => await Worker.RunAsync(options, signals.Token),
        _ => await LoadProgram.RunAsync(options.Load, (generator, load) => Load.ConnectAsync(generator, options with { Load = load })),
    };
}
catch (BrokerUnreachableException exception)
{
    Console.Error.WriteLine($"The broker cannot be reached: {exception.InnerException?.Message ?? exception.Message}");
    return 1;
}
