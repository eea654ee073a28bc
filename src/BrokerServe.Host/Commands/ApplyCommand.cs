using System.CommandLine;
using BrokerServe.Host.Config;
using BrokerServe.Host.Control;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve apply</c>: a configuration into the control log.</summary>
internal static class ApplyCommand
{
    private const string About = "Brings a configuration into the control log, which all routers with ControlLog follow.";

    private const string Details = """
        Shows what differs, and writes it as one change. The file is one that routers take, environment variables over it included.

          brokerserve apply brokerserve.json --dry-run
          brokerserve apply brokerserve.json --note "greet-v2 to 10 %"

        What the file does not name stays, and so do traffic and shadows of an endpoint for which it names none; with --prune it all goes:
        requests that wait at what was removed are then answered endpoint_removed or backend_removed.
        """;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The configuration, JSON." };
        var prune = new Option<bool>("--prune") { Description = "Make the log say exactly what the file says: remove what it does not name." };
        var command = new DetailedCommand("apply", About, Details) { file, prune };
        var control = ControlOptions.AddChangeTo(command);
        command.SetAction((parsed, _) =>
        {
            var path = parsed.GetValue(file)!;
            var (options, errors) = ConfigFile.Read(path);
            var job = control.Read(parsed, $"apply {Path.GetFileName(path)}", options.Prefix);
            return ControlRun.ChangeAsync(job, options, (draft, _) =>
            {
                RefusedException.ThrowIfAny(errors);
                var wanted = options.ToConfig();
                var config = parsed.GetValue(prune) ? wanted : Over(draft.Control.Current, wanted);
                RefusedException.ThrowIfAny(draft.Control.Apply(config).Errors);
                foreach (var backend in wanted.Backends.Keys)
                {
                    draft.Name(backend);
                }
            });
        });
        return command;
    }

    private static RouterConfig Over(RouterConfig before, RouterConfig wanted)
    {
        var endpoints = new Dictionary<string, EndpointConfig>(before.Endpoints, StringComparer.Ordinal);
        foreach (var (name, endpoint) in wanted.Endpoints)
        {
            endpoints[name] = before.Endpoints.TryGetValue(name, out var there)
                ? endpoint with { Traffic = endpoint.Traffic ?? there.Traffic, Shadow = endpoint.Shadow ?? there.Shadow }
                : endpoint;
        }

        var backends = new Dictionary<string, BackendConfig>(before.Backends, StringComparer.Ordinal);
        foreach (var (name, backend) in wanted.Backends)
        {
            backends[name] = backend;
        }

        return new RouterConfig { Endpoints = endpoints, Backends = backends };
    }
}
