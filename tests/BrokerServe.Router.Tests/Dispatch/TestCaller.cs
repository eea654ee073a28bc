using System.Runtime.CompilerServices;
using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Router.Dispatch;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Router.Tests.Dispatch;

/// <summary>Everybody who sends requests and waits for their end. A request's name is its correlation id.</summary>
internal sealed class TestCaller(DispatchHarness backend)
{
    public const string ReplyTo = "replies.caller";

    private readonly Dictionary<string, Request> _sent = [];
    private readonly Dictionary<Request, string> _endings = []; // answered, dropped, requeued.
    private readonly List<string> _endedInOrder = [];

    /// <summary>The names of what has ended, in order.</summary>
    public IReadOnlyList<string> Ended => _endedInOrder;

    // Preferred, so that two names are never taken for a name and an endpoint.
    [OverloadResolutionPriority(1)]
    public void Sends(params string[] names)
    {
        foreach (var name in names)
        {
            Sends(name, endpoint: "endpoint");
        }
    }

    public void Sends(
        string name, string endpoint = "endpoint", int priority = 0, long timeoutMs = 30_000, bool atMostOnce = false, uint? epoch = null)
    {
        var request = Make(name, endpoint, timeoutMs);
        request.Priority = priority;
        request.AtMostOnce = atMostOnce;
        request.Epoch = epoch ?? backend.Epoch;
        backend.Event(request.Deliver);
    }

    /// <summary>A copy of some request arrives, of which no caller knows.</summary>
    public void IsCopied(string name, long timeoutMs = 30_000, int bytes = 0)
    {
        var request = Make(name, "endpoint", timeoutMs, bytes);
        request.IsShadow = request.AtMostOnce = true;
        request.Epoch = backend.Epoch;
        backend.Event(request.Deliver);
    }

    public bool Cancels(string name)
    {
        var found = false;
        backend.Event(dispatcher => found = dispatcher.Cancel(ReplyTo, name));
        return found;
    }

    /// <summary>Gives up a request that is not here yet.</summary>
    public void CancelsEarly(string name, long forMs) => backend.Event(dispatcher =>
        Assert.False(dispatcher.Cancel(ReplyTo, name, backend.NowMs + forMs), $"{name} is here."));

    /// <summary>The request was answered with that payload, once.</summary>
    public void Gets(string name, string payload = "done", string? by = null, int? attempts = null)
    {
        var request = Answered(name);
        Assert.Equal(ReplyStatus.Ok, request.Status);
        Assert.Equal(payload, Encoding.UTF8.GetString(request.ReplyPayload.Span));
        Assert.Null(request.Error);
        Assert.True(by is null || request.AnsweredBy?.Name == by, $"{name} was answered by {request.AnsweredBy?.Name}.");
        Assert.True(attempts is null || request.Attempts == attempts, $"{name} took {request.Attempts} attempts.");
    }

    /// <summary>The router itself answered the request with that error, once.</summary>
    public ErrorBody GetsError(string name, ReplyStatus status)
    {
        var request = Answered(name);
        Assert.Equal(status, request.Status);
        Assert.NotNull(request.Error);
        Assert.Equal(status, request.Error.Status);
        return request.Error;
    }

    /// <summary>A replica answered the request with that error, once.</summary>
    public void GetsReplicaError(string name, ReplyStatus status, string payload)
    {
        var request = Answered(name);
        Assert.Equal(status, request.Status);
        Assert.Null(request.Error);
        Assert.Equal(payload, Encoding.UTF8.GetString(request.ReplyPayload.Span));
    }

    /// <summary>None of these has ended.</summary>
    public void WaitsFor(params string[] names) => Assert.All(names, name => Assert.False(HasEnded(name), $"{name} has ended."));

    /// <summary>Whether a copy goes to the dead queue, and what it says of the replicas that were lost.</summary>
    public (CopyState Copy, string? History) DeadCopyOf(string name) => (_sent[name].Copy, _sent[name].History);

    public bool HasEnded(string name) => _endings.ContainsKey(_sent[name]);

    /// <summary>It ended without an answer: the broker delivers it again, or it was a copy.</summary>
    public void IsDropped(params string[] names) => EndedAs("dropped", names);

    /// <summary>It was given back to the broker.</summary>
    public void IsRequeued(params string[] names) => EndedAs("requeued", names);

    /// <summary>How many requests are in a state, by their own word.</summary>
    public int Count(RequestState state, bool shadows) => _sent.Values.Count(r => r.State == state && r.IsShadow == shadows);

    /// <summary>The harness hands over how requests ended in a turn.</summary>
    public void Take(IEnumerable<Request> answers, IEnumerable<Request> dropped, IEnumerable<Request> requeued)
    {
        End(answers, "answered");
        End(dropped, "dropped");
        End(requeued, "requeued");
    }

    private Request Make(string name, string endpoint, long timeoutMs, int bytes = 0)
    {
        var request = new Request
        {
            EndpointId = IdOf(endpoint),
            Endpoint = endpoint,
            Backend = backend.Dispatcher.Backend,
            ReplyTo = ReplyTo,
            CorrelationId = ShortText.Of(name),
            Call = PooledBytes.TakeOver(new byte[bytes], bytes),
            ArrivedMs = backend.NowMs,
            DeadlineMs = backend.NowMs + timeoutMs,
        };
        _sent[name] = request;
        return request;
    }

    // The harness needs no table: the tests' endpoints are few, and equal names give equal numbers.
    public static int IdOf(string endpoint) => endpoint == "endpoint" ? 0 : 1 + (endpoint[^1] - 'a');

    private Request Answered(string name)
    {
        EndedAs("answered", name);
        return _sent[name];
    }

    private void EndedAs(string ending, params string[] names) =>
        Assert.All(names, name => Assert.Equal(ending, _endings.GetValueOrDefault(_sent[name], "still going on")));

    private void End(IEnumerable<Request> requests, string ending)
    {
        foreach (var request in requests)
        {
            Assert.True(_endings.TryAdd(request, ending), $"{request.CorrelationId} ended twice: {_endings.GetValueOrDefault(request)}, then {ending}.");
            _endedInOrder.Add(request.CorrelationId.ToString());
        }
    }
}
