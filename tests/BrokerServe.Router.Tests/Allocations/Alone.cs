namespace BrokerServe.Router.Tests.Allocations;

/// <summary>Specs that measure the whole process, so nothing may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
