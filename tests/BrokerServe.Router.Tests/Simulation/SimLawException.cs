namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A law was broken in a simulation.</summary>
internal sealed class SimLawException(string message) : Exception(message);
