using BrokerServe.Transport;

namespace BrokerServe.Host.Control;

/// <summary>One use of the control log by a command.</summary>
/// <param name="Broker">Disposed by the run.</param>
/// <param name="Prefix">Which system.</param>
/// <param name="Timeout">How long all of it may take.</param>
/// <param name="Json">Print one JSON object.</param>
/// <param name="DryRun">Show what would change, and write nothing.</param>
/// <param name="Note">What the log is to say of it.</param>
/// <param name="Output">For what was asked.</param>
/// <param name="Error">For what went wrong.</param>
internal sealed record ControlJob(
    IBroker Broker, string Prefix, TimeSpan Timeout, bool Json, bool DryRun, string Note, TextWriter Output, TextWriter Error);
