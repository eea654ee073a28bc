using System.Threading.Channels;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>A broker whose every attempt to connect ends as the test says.</summary>
internal sealed class ScriptedBroker : IBroker
{
    private readonly Channel<TaskCompletionSource<IBrokerConnection>> _attempts =
        Channel.CreateUnbounded<TaskCompletionSource<IBrokerConnection>>();

    public string DisplayName => "amqp://spec";

    public BrokerLimits Limits { get; } = new();

    public async ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken)
    {
        var attempt = new TaskCompletionSource<IBrokerConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        _attempts.Writer.TryWrite(attempt);
        return await attempt.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits for the next attempt and refuses it.</summary>
    public async Task RefusesAsync(BrokerFault fault = BrokerFault.Unreachable, string message = "No node answered.") =>
        (await AttemptAsync()).SetException(new BrokerException(fault, message));

    /// <summary>Waits for the next attempt and lets it succeed.</summary>
    public async Task<ScriptedConnection> AcceptsAsync()
    {
        var connection = new ScriptedConnection();
        (await AttemptAsync()).SetResult(connection);
        return connection;
    }

    /// <summary>Waits for the next attempt.</summary>
    public Task<TaskCompletionSource<IBrokerConnection>> AttemptAsync() =>
        Patience.ForAsync(_attempts.Reader.ReadAsync().AsTask(), "an attempt to connect");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
