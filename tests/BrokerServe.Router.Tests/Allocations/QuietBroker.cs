using System.Collections.Concurrent;
using BrokerServe.Router.Egress;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Membership;
using BrokerServe.Transport;

namespace BrokerServe.Router.Tests.Allocations;

/// <summary>
/// A broker, a replica and a producer in one that allocate nothing for a message, so that what is allocated is the router's: queries are
/// answered on the spot, answers counted, everything confirmed.
/// </summary>
internal sealed class QuietBroker : IBroker
{
    private readonly ConcurrentDictionary<Type, IDeliveryHandler> _handlers = new();
    private readonly TaskCompletionSource _hearsReplicas = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _takesRequests = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _answers;
    private long _answerMessages;
    private long _queryMessages;

    public string DisplayName => "quiet";

    public BrokerLimits Limits { get; } = new();

    /// <summary>Answers that reached the producer.</summary>
    public long Answers => Volatile.Read(ref _answers);

    /// <summary>Messages in which these came.</summary>
    public long AnswerMessages => Volatile.Read(ref _answerMessages);

    /// <summary>Messages of queries that reached the replica.</summary>
    public long QueryMessages => Volatile.Read(ref _queryMessages);

    public IDeliveryHandler Endpoint => _handlers[typeof(EndpointListener)];

    public IDeliveryHandler Announcements => _handlers[typeof(AnnouncementListener)];

    public IDeliveryHandler Replies => _handlers[typeof(ReplyListener)];

    /// <summary>Completes when the router listens for replicas.</summary>
    public Task HearsReplicas => _hearsReplicas.Task;

    /// <summary>Completes when the router takes requests.</summary>
    public Task TakesRequests => _takesRequests.Task;

    public ValueTask<IBrokerConnection> ConnectAsync(string connectionName, CancellationToken cancellationToken) =>
        new(new QuietConnection(this, connectionName));

    public void Started(IDeliveryHandler handler)
    {
        _handlers[handler.GetType()] = handler;
        (handler switch
        {
            AnnouncementListener => _hearsReplicas,
            EndpointListener => _takesRequests,
            _ => null,
        })?.TrySetResult();
    }

    public void Asked() => Interlocked.Increment(ref _queryMessages);

    public void Answered(int count)
    {
        Interlocked.Increment(ref _answerMessages);
        Interlocked.Add(ref _answers, count);
    }

    public ValueTask DisposeAsync() => default;
}
