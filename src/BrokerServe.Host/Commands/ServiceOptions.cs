using System.CommandLine;
using BrokerServe.Host.Serving;

namespace BrokerServe.Host.Commands;

/// <summary>How a process that stays reports: logs, and health over HTTP.</summary>
internal sealed class ServiceOptions
{
    private const string Off = "off";

    private readonly Option<LogFormat> _format = new("--log-format")
    {
        Description = "How log lines are written to standard error: text or json.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => LogFormat.Text,
    };

    private readonly Option<LogLevel> _level = new("--log-level")
    {
        Description = "The least important lines to write: Debug, Information, Warning, Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    private readonly Option<Uri?> _http = new("--http")
    {
        Description = "Where to answer GET /health (200 when it can serve), GET /alive (200 while it runs), GET /metrics (for Prometheus) and, "
            + "of a router, GET /status (what all routers report), such as http://127.0.0.1:8080. Default: off, so that several can run on one machine.",
        HelpName = "URL",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (text == Off)
            {
                return null;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.PathAndQuery == "/")
            {
                return url;
            }

            result.AddError($"--http: '{text}' is not an address; write http://HOST:PORT, or {Off}.");
            return null;
        },
    };

    public static ServiceOptions AddTo(Command command)
    {
        var options = new ServiceOptions();
        command.Add(options._http);
        command.Add(options._format);
        command.Add(options._level);
        return options;
    }

    public ServiceSettings Read(ParseResult parsed, string service) =>
        new(service, parsed.GetValue(_http), parsed.GetValue(_format), parsed.GetValue(_level));
}
