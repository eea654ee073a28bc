using System.Runtime.InteropServices;
using BrokerServe.RawRelay;
using RabbitMQ.Client.Exceptions;

if (!Options.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

using var stopping = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    return options.Role switch
    {
        "relay" => await Relay.RunAsync(options, stopping.Token),
        "worker" => await Worker.RunAsync(options, stopping.Token),
        _ => await Load.RunAsync(options, stopping.Token),
    };
}
catch (BrokerUnreachableException exception)
{
    Console.Error.WriteLine($"The broker cannot be reached: {exception.InnerException?.Message ?? exception.Message}");
    return 1;
}
