namespace BrokerServe.Router.ControlLog;

/// <summary>The control log does not go on where what is known of it ends. The message says what an operator can do.</summary>
internal sealed class ControlLogBrokenException(string message) : Exception(message);
