namespace BrokerServe.Bench;

/// <summary>Something that the benchmark needs is not there or went wrong; the message is for whoever started it.</summary>
internal sealed class BenchException(string message) : Exception(message);
