namespace BrokerServe.Foreign.Tests;

/// <summary>Those in JavaScript.</summary>
public sealed class NodeConformanceSpecs() : ConformanceSpecs("node");
