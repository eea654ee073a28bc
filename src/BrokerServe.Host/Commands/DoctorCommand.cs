using System.CommandLine;
using BrokerServe.Host.Doctor;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve doctor</c>: what is wrong with the broker and with what runs over it, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const string About = "Looks at the broker, permissions, queues, clocks and routers, and says what is wrong and what to do about it.";

    private const string Details = """
          brokerserve doctor
          brokerserve doctor --management http://monitor:secret@localhost:15672 --json

        It changes nothing. Over AMQP it sees the broker's version, what this user may do, the routers with their clocks, endpoints, backends and
        replicas, and what lies in the queues for failed and for unknown requests. The management API adds alarms, policies that take requests
        away, limits that may cut off what the control log's readers need, and queues of endpoints that no router serves any more. Neither says
        the broker's consumer_timeout: compare it yourself with BrokerConsumerTimeout. Exits with 1 when calls wait or fail now.
        """;

    public static Command Create()
    {
        var management = new Option<Uri?>("--management")
        {
            Description = "RabbitMQ's management API: http://USER:PASSWORD@HOST:15672. Without it alarms, policies and leftovers are not looked at.",
            HelpName = "URL",
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
                {
                    return url;
                }

                result.AddError("--management is no address; write http://USER:PASSWORD@HOST:15672.");
                return null;
            },
        };
        var virtualHost = new Option<string>("--vhost")
        {
            Description = "The virtual host that the management API is asked about.", HelpName = "NAME", DefaultValueFactory = _ => "/",
        };
        var json = new Option<bool>("--json") { Description = "The result as one JSON object." };
        var command = new DetailedCommand("doctor", About, Details) { management, virtualHost, json };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) => DoctorRun.RunAsync(
            broker.Open(parsed),
            new ObjectNames(broker.PrefixOf(parsed)),
            parsed.GetValue(management),
            parsed.GetValue(virtualHost)!,
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output));
        return command;
    }
}
