using BrokerServe.Transport;

namespace BrokerServe.RabbitMq;

/// <summary>The end of a connection: when, and why. Written by the connection, read by everything on it.</summary>
internal sealed class ConnectionEnd
{
    private readonly CancellationTokenSource _source = new();
    private BrokerException? _reason;

    public ConnectionEnd() => Token = _source.Token;

    /// <summary>Fires once, when the connection has ended and its callbacks are over.</summary>
    public CancellationToken Token { get; }

    /// <summary>Why; null while it lives and after an orderly end. Set before <see cref="Token"/> fires.</summary>
    public BrokerException? Reason
    {
        get => Volatile.Read(ref _reason);
        set => Volatile.Write(ref _reason, value);
    }

    /// <summary>Fires the token; completes when what was registered with it has run.</summary>
    public Task FireAsync() => _source.CancelAsync();

    /// <summary>Why something that was tried on the connection cannot be.</summary>
    public BrokerException Failure(string what, Exception? inner = null) =>
        Reason is { } reason
            ? new BrokerException(reason.Fault, $"{what} failed: {reason.Message}", inner ?? reason)
            : new BrokerException(BrokerFault.Unreachable, $"{what} failed: the connection is closed.", inner);
}
