using System.CommandLine;
using BrokerServe.Host.Serving;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve healthcheck</c>: asks a router or worker in the same container or on the same machine how it is.</summary>
internal static class HealthCheckCommand
{
    private const string About = "Asks a router or worker that was started with --http whether it can serve.";

    private const string Details = """
        For the health check of a container, which has no other program that could ask.

          brokerserve healthcheck
          brokerserve healthcheck --url http://127.0.0.1:9090

        Exits with 0 when it can serve. Exits with 1 when it cannot, or does not answer within 3 seconds; the reason is on standard error.
        """;

    /// <summary>The port that .NET's containers listen on by custom, and where ours are told to.</summary>
    private static readonly Uri Usual = new("http://127.0.0.1:8080");

    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "Its address; /health is asked when no page is named.",
            HelpName = "URL",
            DefaultValueFactory = _ => Usual,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
                {
                    return address;
                }

                result.AddError($"--url: '{text}' is not an address; write http://HOST:PORT.");
                return null;
            },
        };
        var command = new DetailedCommand("healthcheck", About, Details) { url };
        command.SetAction((parsed, cancellation) => HealthQuestion.AskAsync(
            parsed.GetValue(url)!, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellation));
        return command;
    }
}
