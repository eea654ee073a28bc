using System.CommandLine;
using BrokerServe.Client;
using BrokerServe.Host.Calls;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Commands;

/// <summary><c>brokerserve call</c>: one call, its reply on standard output.</summary>
internal static class CallCommand
{
    private const string About = "Calls an endpoint once and prints the reply.";

    private const string Details = """
        Without --json the payload goes as UTF-8 text and the reply is printed as it comes.

          brokerserve call greet '{"name":"Ada"}' --json --timeout 5s
          brokerserve call shout hello --method shout --shard-key u42 --meta tenant=ada
          brokerserve call ingest - --one-way < file

        Exits with 1 when the call ends otherwise than with a reply; "code: message" is on standard error then.
        """;

    public static Command Create()
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint's name." };
        var payload = new Argument<string>("PAYLOAD") { Description = "What to send; - reads it from standard input." };
        var json = new Option<bool>("--json")
        {
            Description = "The payload is JSON and goes as MessagePack; the reply is printed as JSON.",
        };
        var timeout = Ranges.Time(
            "--timeout", TimeSpan.FromMilliseconds(1), BrokerServeClientOptions.MaxTimeout, 30, "How long to wait for the reply.");
        var method = new Option<string?>("--method") { Description = "The handler's method. Default: __call__." };
        var shardKey = new Option<string?>("--shard-key") { Description = "Requests with one key go to one backend." };
        var priority = Ranges.Count("--priority", 0, 9, 0, "Higher is served first.");
        var messageId = new Option<string?>("--message-id")
        {
            Description = "Names the work, so that a handler can recognise a repetition.",
        };
        var metadata = new Option<string[]>("--meta")
        {
            Description = "Text for the handler beside the payload; may be repeated.",
            HelpName = "NAME=VALUE",
        };
        var oneWay = new Option<bool>("--one-way") { Description = "Wait for the broker's confirm only; nobody replies." };
        var atMostOnce = BrokerOptions.AtMostOnce();
        var verbose = new Option<bool>("--verbose")
        {
            Description = "Say who answered, and what a failed handler's stack was, on standard error.",
        };
        var command = new DetailedCommand("call", About, Details)
        {
            endpoint, payload, json, timeout, method, shardKey, priority, messageId, metadata, oneWay, atMostOnce, verbose,
        };
        var broker = BrokerOptions.AddTo(command);
        command.SetAction((parsed, _) => CallRun.RunAsync(
            broker.Open(parsed),
            new CallRequest(
                parsed.GetValue(endpoint)!,
                parsed.GetValue(payload)!,
                parsed.GetValue(json),
                parsed.GetValue(oneWay),
                parsed.GetValue(verbose),
                broker.PrefixOf(parsed),
                new InvokeOptions
                {
                    Timeout = parsed.GetValue(timeout).Time,
                    Method = parsed.GetValue(method),
                    ShardKey = parsed.GetValue(shardKey),
                    Priority = parsed.GetValue(priority),
                    MessageId = parsed.GetValue(messageId),
                    Metadata = ReadMetadata(parsed.GetValue(metadata) ?? []),
                    Delivery = parsed.GetValue(atMostOnce) ? DeliveryGuarantee.AtMostOnce : null,
                    ContentType = parsed.GetValue(json) ? ContentTypes.MessagePack : null,
                }),
            Console.OpenStandardInput,
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static Dictionary<string, string>? ReadMetadata(string[] pairs)
    {
        if (pairs.Length == 0)
        {
            return null;
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new UsageException($"--meta {pair}: write NAME=VALUE.");
            }

            metadata[pair[..equals]] = pair[(equals + 1)..];
        }

        return metadata;
    }
}
