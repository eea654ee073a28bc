using System.Globalization;
using System.Text.RegularExpressions;
using BrokerServe.Bench.Results;

namespace BrokerServe.Bench.Running;

/// <summary>What a broker has done, by its own counters of AMQP 0-9-1: they are always on, whether or not anybody reads them.</summary>
/// <param name="Received">Messages that clients published.</param>
/// <param name="Delivered">Messages that went to consumers.</param>
/// <param name="Acknowledged">Deliveries that consumers acknowledged.</param>
/// <param name="Confirmed">Messages that it confirmed to publishers.</param>
internal sealed partial record BrokerCounts(double Received, double Delivered, double Acknowledged, double Confirmed)
{
    public static BrokerCounts operator -(BrokerCounts after, BrokerCounts before) => new(
        after.Received - before.Received,
        after.Delivered - before.Delivered,
        after.Acknowledged - before.Acknowledged,
        after.Confirmed - before.Confirmed);

    /// <summary>For each of so many requests.</summary>
    public MessagesEach For(long requests)
    {
        return new MessagesEach(Each(Received), Each(Delivered), Each(Acknowledged), Each(Confirmed));

        double Each(double count) => Math.Round(count / requests, 4);
    }

    /// <summary>Reads the answer of <c>rabbit_global_counters:overview()</c>, an Erlang map of maps.</summary>
    public static BrokerCounts OfErlang(string overview) => Of(ErlangCounter().Matches(overview));

    /// <summary>Reads a page of metrics for Prometheus.</summary>
    public static BrokerCounts OfPrometheus(string page) => Of(PrometheusCounter().Matches(page));

    private static BrokerCounts Of(MatchCollection counters)
    {
        var sums = counters.GroupBy(match => match.Groups["name"].Value).ToDictionary(
            group => group.Key, group => group.Sum(match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)));
        return sums.Count == 0
            ? throw new BenchException("The broker said nothing of its counters; RabbitMQ has them since 3.10.")
            : new BrokerCounts(
                sums.GetValueOrDefault("received"),
                sums.GetValueOrDefault("delivered"),
                sums.GetValueOrDefault("acknowledged"),
                sums.GetValueOrDefault("confirmed"));
    }

    [GeneratedRegex(@"\bmessages_(?<name>received|delivered|acknowledged|confirmed)_total\s*=>\s*(?<value>\d+)")]
    private static partial Regex ErlangCounter();

    [GeneratedRegex(
        @"^rabbitmq_global_messages_(?<name>received|delivered|acknowledged|confirmed)_total\{[^}]*protocol=""amqp091""[^}]*\}\s+(?<value>[0-9.e+]+)",
        RegexOptions.Multiline)]
    private static partial Regex PrometheusCounter();
}
