namespace BrokerServe.Host;

/// <summary>The command, or a configuration that it names, is not right; the message says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
