namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>What came back: <c>ok</c> or a code, the sentence of an error, and the bytes.</summary>
internal sealed record StrangeAnswer(string Code, string Sentence, byte[] Body);
