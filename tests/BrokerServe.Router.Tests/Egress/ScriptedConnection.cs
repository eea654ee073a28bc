using System.Collections.Concurrent;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Egress;

/// <summary>A connection to publish on whose broker says what the test tells it to, when the test says so.</summary>
internal sealed class ScriptedConnection : IBrokerConnection
{
    private readonly CancellationTokenSource _closed = new();

    public string Name => "scripted";

    public CancellationToken Closed => _closed.Token;

    public BrokerException? CloseReason => null;

    public bool IsBlocked { get; set; }

    /// <summary>What was declared, in order.</summary>
    public ConcurrentQueue<string> Declared { get; } = new();

    /// <summary>The channel, once it is open.</summary>
    public ScriptedPublisher Publisher { get; } = new();

    public ValueTask<QueueInfo> DeclareQueueAsync(QueueDeclaration queue, CancellationToken cancellationToken)
    {
        Declared.Enqueue(queue.Name);
        return new(new QueueInfo(queue.Name, 0, 0));
    }

    public ValueTask<IPublisher> OpenPublisherAsync(PublisherOptions options, IPublisherEvents? events, CancellationToken cancellationToken)
    {
        Publisher.Open(events!);
        return new(Publisher);
    }

    public void Abort()
    {
        _closed.Cancel();
        Publisher.Close();
    }

    public ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }

    public ValueTask DeclareExchangeAsync(ExchangeDeclaration exchange, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> ExchangeExistsAsync(string exchange, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<QueueInfo?> InspectQueueAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DeleteQueueAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask BindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask UnbindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IConsumer> OpenConsumerAsync(ConsumerOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
