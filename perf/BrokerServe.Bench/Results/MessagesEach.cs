using System.Text.Json.Serialization;

namespace BrokerServe.Bench.Results;

/// <summary>What the broker did for a request.</summary>
/// <param name="Received">Messages that were published: one a hop where each carries one request.</param>
/// <param name="Delivered">Messages that went to consumers.</param>
/// <param name="Acknowledged">Deliveries that were acknowledged.</param>
/// <param name="Confirmed">Messages that were confirmed.</param>
internal sealed record MessagesEach(double Received, double Delivered, double Acknowledged, double Confirmed)
{
    /// <summary>All of it: what the broker had to do.</summary>
    [JsonIgnore]
    public double Operations => Received + Delivered + Acknowledged + Confirmed;
}
