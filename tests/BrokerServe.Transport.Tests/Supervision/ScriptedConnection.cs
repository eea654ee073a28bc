using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.Supervision;

/// <summary>A connection that closes, and takes as long for its good-bye, as the test says.</summary>
internal sealed class ScriptedConnection : IBrokerConnection
{
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _disposing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "spec";

    public CancellationToken Closed => _closed.Token;

    public BrokerException? CloseReason { get; private set; }

    public bool IsBlocked => false;

    public bool Aborted { get; private set; }

    /// <summary>Completes the good-bye; done unless a test says otherwise.</summary>
    public Task Goodbye { get; set; } = Task.CompletedTask;

    public void Lose(string message = "The connection was reset.")
    {
        CloseReason = new BrokerException(BrokerFault.Unreachable, message);
        _closed.Cancel();
    }

    public void Abort() => Aborted = true;

    public async ValueTask DisposeAsync()
    {
        _disposing.TrySetResult();
        await Goodbye;
    }

    /// <summary>Waits until the supervisor says good-bye.</summary>
    public Task DisposingAsync() => Patience.ForAsync(_disposing.Task, "the good-bye to the connection");

    public ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken) => throw NotInScript();

    public ValueTask<IPublisher> OpenPublisherAsync(
        PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken) => throw NotInScript();

    private static InvalidOperationException NotInScript() => new("The supervisor only connects and closes.");
}
