using BrokerServe.Client;

namespace BrokerServe.Host.Calls;

/// <summary>What <c>brokerserve call</c> was asked to do.</summary>
internal sealed record CallRequest(
    string Endpoint, string Payload, bool Json, bool OneWay, bool Verbose, string Prefix, InvokeOptions Options);
