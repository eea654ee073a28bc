using BrokerServe.Foreign.Tests.Languages;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample producer in Python.</summary>
public sealed class PythonProducerSpecs : ProducerSpecs
{
    private protected override Language Language => Language.Python;
}
