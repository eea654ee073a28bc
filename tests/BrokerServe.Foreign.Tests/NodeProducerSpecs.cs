using BrokerServe.Foreign.Tests.Languages;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample producer in Node.</summary>
public sealed class NodeProducerSpecs : ProducerSpecs
{
    private protected override Language Language => Language.Node;
}
