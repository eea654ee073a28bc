using System.CommandLine;
using BrokerServe.Transport;

namespace BrokerServe.Host;

/// <summary>One use of the command line.</summary>
internal sealed class HostInvocation : InvocationConfiguration
{
    /// <summary>The broker to use instead of the one that is named; null: the one that is named.</summary>
    /// <remarks>For tests, and for whoever embeds the commands.</remarks>
    public Func<IBroker>? Broker { get; init; }
}
