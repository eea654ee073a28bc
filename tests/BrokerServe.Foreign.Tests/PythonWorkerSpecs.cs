using BrokerServe.Foreign.Tests.Languages;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample worker in Python.</summary>
public sealed class PythonWorkerSpecs : WorkerSpecs
{
    private protected override Language Language => Language.Python;
}
