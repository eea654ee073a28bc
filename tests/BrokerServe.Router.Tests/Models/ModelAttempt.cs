using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;

namespace BrokerServe.Router.Tests.Models;

/// <summary>An open slot as the model sees it.</summary>
internal sealed class ModelAttempt(ModelReplica replica, Request request)
{
    public ModelReplica Replica => replica;

    /// <summary>Null once it was answered.</summary>
    public Request? Request { get; set; } = request;

    public string Id { get; } = request.CorrelationId.ToString();

    public int Number { get; } = request.Attempts;

    public long DeadlineMs { get; } = request.DeadlineMs;

    /// <summary>When a slot is given up that nobody can be asked about.</summary>
    public long? GivenUpMs { get; set; }

    /// <summary>Learnt from the production code, which alone gives tickets out.</summary>
    public Ticket Ticket { get; set; }
}
