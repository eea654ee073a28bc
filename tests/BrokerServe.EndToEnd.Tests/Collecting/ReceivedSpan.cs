namespace BrokerServe.EndToEnd.Tests.Collecting;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Trace">Its trace, in hexadecimal.</param>
/// <param name="Span">Itself.</param>
/// <param name="Parent">The span above; empty for the first of a trace.</param>
/// <param name="Name">What is done.</param>
internal sealed record ReceivedSpan(string Trace, string Span, string Parent, string Name);
