using BrokerServe.Foreign.Tests.Languages;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample worker in Node.</summary>
public sealed class NodeWorkerSpecs : WorkerSpecs
{
    private protected override Language Language => Language.Node;
}
