namespace BrokerServe.Host.Tests;

/// <summary>For what listens to the whole process: nothing else runs beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
