using BrokerServe.Protocol.Pack;

namespace BrokerServe.Protocol.Commands;

/// <summary>I have sent my last query to you: the answer to a draining announcement.</summary>
/// <param name="Router">The router that speaks.</param>
public sealed record FenceCommand(string Router) : ReplicaCommand(Router)
{
    private protected override int MaxFieldBytes => 0;

    private protected override void WriteFields(scoped ref PackWriter writer) => WriteStart(ref writer, "fence"u8, fields: 0);
}
