using BrokerServe.LoadGenerator;
using BrokerServe.ServeLoad;

if (Options.Read(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

return await LoadProgram.RunAsync(options.Load, generator => ClientTarget.ConnectAsync(generator, options));
