using Xunit;

namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>The specs that share a <see cref="StrangeScene"/>.</summary>
[CollectionDefinition(nameof(StrangeScene))]
public sealed class StrangeScenes : ICollectionFixture<StrangeScene>;
