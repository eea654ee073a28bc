using BrokerServe.Foreign.Tests.Languages;

namespace BrokerServe.Foreign.Tests;

/// <summary>The sample worker in Python: how it comes, stays and goes.</summary>
public sealed class PythonWorkerLifeSpecs : WorkerLifeSpecs
{
    private protected override Language Language => Language.Python;
}
