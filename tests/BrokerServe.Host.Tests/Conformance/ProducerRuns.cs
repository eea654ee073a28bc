using BrokerServe.Host.Tests.Conformance.Suspects;

namespace BrokerServe.Host.Tests.Conformance;

/// <summary>A run of the kit for producers for each thing that they may do wrong.</summary>
public sealed class ProducerRuns() : Runs<ProducerFault>(Enum.GetValues<ProducerFault>(), ProducerTrial.RunAsync);
