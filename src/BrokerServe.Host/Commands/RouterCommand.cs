using System.CommandLine;
using BrokerServe.Host.Serving;
using BrokerServe.Transport;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve router</c>: takes requests in, chooses who serves them, brings the replies home.</summary>
internal static class RouterCommand
{
    private const string About = "Runs a router: takes requests in, chooses who serves them, and brings the replies home.";

    private const string Details = """
        Runs until SIGINT or SIGTERM. Any number of routers may share the work; keep their configurations the same.

          brokerserve router --config brokerserve.json --broker amqp://localhost

        The file has a section BrokerServe with endpoints and backends, and is followed while the router runs:

          {
            "BrokerServe": {
              "Endpoints": {
                "greet": {
                  "Traffic": { "greet-v1": 0.9, "greet-v2": 0.1 },
                  "Shadow": { "greet-shadow": 0.2 }
                }
              },
              "Backends": {
                "greet-v1": { "MaxConcurrentQueries": 8 },
                "greet-v2": {},
                "greet-shadow": {}
              }
            }
          }

        With --control-log, or "ControlLog": true in the file, endpoints and backends come from the control log at the broker instead, which all
        routers follow and commands change: see apply, get, history, rollback, traffic, endpoint, backend and replica.

          brokerserve router --control-log

        Environment variables override it: BrokerServe__Backends__greet-v1__MaxConcurrentQueries=16.
        """;

    public static Command Create()
    {
        var config = new Option<string?>("--config")
        {
            Description = "The configuration, JSON.",
            HelpName = "FILE",
        };
        var controlLog = new Option<bool>("--control-log") { Description = "Serve what the control log says." };
        var command = new DetailedCommand("router", About, Details) { config, controlLog };
        command.Validators.Add(result =>
        {
            if (result.GetResult(config) is null && result.GetResult(controlLog) is null)
            {
                result.AddError("Option '--config' is required, or '--control-log'.");
            }
        });
        var broker = BrokerOptions.AddTo(command);
        var service = ServiceOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = service.Read(parsed, "brokerserve-router") with { ConfigFile = parsed.GetValue(config) };
            broker.Check(parsed);
            return ServiceHost.RunAsync(
                settings,
                (services, configuration) =>
                {
                    var router = services.AddBrokerServeRouter().LoadFromConfig(configuration.GetSection("BrokerServe"));
                    if (broker.SaysPrefix(parsed))
                    {
                        router.Configure(options => options.Prefix = broker.PrefixOf(parsed));
                    }

                    if (parsed.GetValue(controlLog))
                    {
                        router.Configure(options => options.ControlLog = true);
                    }

                    services.AddSingleton<IBroker>(provider => broker.Open(parsed, provider.GetRequiredService<ILoggerFactory>()));
                },
                parsed.InvocationConfiguration.Error);
        });
        return command;
    }
}
