using BrokerServe.Foreign.Tests.Languages;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample worker in Node: how it comes, stays and goes.</summary>
public sealed class NodeWorkerLifeSpecs : WorkerLifeSpecs
{
    private protected override Language Language => Language.Node;
}
