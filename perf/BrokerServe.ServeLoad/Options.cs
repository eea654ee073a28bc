using System.Globalization;
using BrokerServe.LoadGenerator;
using BrokerServe.Protocol;

namespace BrokerServe.ServeLoad;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = $"""
        serveload --broker URI [--prefix NAME] [--endpoint NAME] [--endpoints N] [--at-most-once]
                  [--concurrency N] [--rate R] [--duration SECONDS] [--warmup SECONDS] [--size BYTES] [--runs-from -]

        Calls through BrokerServe.Client: calls that are ready together share messages.
          --endpoint      the endpoint to call; default greet
          --endpoints     with N above 1 the endpoints to call, at random: NAME-0 to NAME-(N-1)
          --at-most-once  transient and unconfirmed; without it at least once
        {LoadSettings.Usage}
        """;

    public string Broker { get; init; } = "amqp://guest:guest@127.0.0.1:5672/";

    public string Prefix { get; init; } = ObjectNames.DefaultPrefix;

    public string Endpoint { get; init; } = "greet";

    public int Endpoints { get; init; } = 1;

    public DeliveryGuarantee Delivery { get; init; } = DeliveryGuarantee.AtLeastOnce;

    public LoadSettings Load { get; init; } = new();

    /// <summary>Reads the options; null when there is one that is not understood.</summary>
    public static Options? Read(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length && options is not null; i++)
        {
            options = args[i] == "--at-most-once"
                ? options with { Delivery = DeliveryGuarantee.AtMostOnce }
                : i + 1 < args.Length ? options.With(args[i++], args[i]) : null;
        }

        return options;
    }

    public string[] EndpointNames() =>
        Endpoints == 1 ? [Endpoint] : [.. Enumerable.Range(0, Endpoints).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}-{i}"))];

    private Options? With(string name, string value) => name switch
    {
        "--broker" => this with { Broker = value },
        "--prefix" => this with { Prefix = value },
        "--endpoint" => this with { Endpoint = value },
        "--endpoints" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 10_000 =>
            this with { Endpoints = number },
        _ => Load.With(name, value) is { } load ? this with { Load = load } : null,
    };
}
