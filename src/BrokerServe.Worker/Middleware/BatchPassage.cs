using System.Diagnostics;
using BrokerServe.Worker.Running;
using BrokerServe.Worker.Telemetry;

namespace BrokerServe.Worker.Middleware;

/// <summary>The members of one batch on their way through the middleware: one by one there, together at the handler, one by one back.</summary>
/// <remarks>
/// (1) Each member enters the middleware. (2) Who comes through waits in front of the handler. (3) When nobody is on the way any more, the
/// handler is called once, with those who wait, in order of arrival at the replica. (4) Each goes back with its own reply. (5) The batch is
/// over when all of them are back. Law: <see cref="_underway"/> counts the members in state <see cref="Place.OnTheWay"/>.
/// </remarks>
internal sealed class BatchPassage(
    MiddlewareChain middleware,
    IReadOnlyList<QueryContext> queries,
    Func<IReadOnlyList<QueryContext>, CancellationToken, ValueTask<IReadOnlyList<MemberReply>>> handler,
    BatchSpans? spans)
{
    private readonly Lock _lock = new();
    private readonly Place[] _places = new Place[queries.Count];
    private readonly Dictionary<QueryContext, int> _numbers = new(queries.Count);
    private readonly TaskCompletionSource _formed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underway = queries.Count;
    private bool _gone; // The handler has been called, or had nobody to be called for.

    public async ValueTask<IReadOnlyList<MemberReply>> RunAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < queries.Count; i++)
        {
            var number = i;
            _numbers.Add(queries[i], i);
            queries[i].OnStandAside = () => Leave(number);
        }

        // Step 1.
        var pass = middleware.Before(ArriveAsync);
        var members = new Task<MemberReply>[queries.Count];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = PassAsync(pass, i);
        }

        // Step 3, in the flow of the batch: its span is the current one, not the last member's.
        await _formed.Task.ConfigureAwait(false);
        await HandleAsync(cancellation).ConfigureAwait(false);

        // Step 5.
        return await Task.WhenAll(members).ConfigureAwait(false);
    }

    private async Task<MemberReply> PassAsync(QueryDelegate pass, int number)
    {
        if (spans?.Of(number) is { } span)
        {
            Activity.Current = span; // For this member alone: an async method gives back the flow that it was called with.
        }

        var query = queries[number];
        try
        {
            query.Cancellation.ThrowIfCancellationRequested();
            return new MemberReply(await pass(query, query.Cancellation).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // The author's, whatever it is: it becomes this member's outcome.
            return new MemberReply(default, exception);
        }
        finally
        {
            Leave(number);
        }
    }

    // Step 2, and for the member step 4.
    private ValueTask<ReplyPayload> ArriveAsync(QueryContext query, CancellationToken cancellation)
    {
        if (!_numbers.TryGetValue(query, out var number))
        {
            throw new InvalidOperationException("A middleware passes on the query that it was given, and no other.");
        }

        lock (_lock)
        {
            if (!_gone && _places[number].State == Place.OnTheWay)
            {
                var reply = new TaskCompletionSource<MemberReply>(TaskCreationOptions.RunContinuationsAsynchronously);
                _places[number] = new Place(Place.Waiting, reply);
                EndOneWay();
                return new ValueTask<ReplyPayload>(AwaitAsync(number, reply.Task, cancellation));
            }
        }

        // The batch has left, or the member waits already: a repetition, which the handler gets as a batch of its own.
        return HandleAloneAsync(query, cancellation);
    }

    private async Task<ReplyPayload> AwaitAsync(int number, Task<MemberReply> reply, CancellationToken cancellation)
    {
        try
        {
            return (await reply.WaitAsync(cancellation).ConfigureAwait(false)).PayloadOrThrow();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Nobody waits for this member: if the batch has not left, it leaves without it.
            Leave(number);
            throw;
        }
    }

    private async ValueTask<ReplyPayload> HandleAloneAsync(QueryContext query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var replies = await handler([query], cancellation).ConfigureAwait(false);
        return replies[0].PayloadOrThrow();
    }

    private void Leave(int number)
    {
        lock (_lock)
        {
            if (_gone)
            {
                return;
            }

            var wasOnTheWay = _places[number].State == Place.OnTheWay;
            _places[number] = new Place(Place.Left, null);
            if (wasOnTheWay)
            {
                EndOneWay();
            }
        }
    }

    private void EndOneWay()
    {
        if (--_underway == 0)
        {
            _gone = true;
            _formed.TrySetResult();
        }
    }

    private async ValueTask HandleAsync(CancellationToken cancellation)
    {
        // Nobody changes places any more.
        var waiting = new List<TaskCompletionSource<MemberReply>>(queries.Count);
        var members = new List<QueryContext>(queries.Count);
        for (var i = 0; i < queries.Count; i++)
        {
            if (_places[i].Reply is { } reply)
            {
                waiting.Add(reply);
                members.Add(queries[i]);
            }
        }

        if (members.Count == 0)
        {
            return;
        }

        IReadOnlyList<MemberReply> replies;
        try
        {
            replies = await handler(members, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A defect of ours, for the author's exceptions are in the replies. Nobody waits for ever because of it.
            replies = [.. members.Select(_ => new MemberReply(default, exception))];
        }

        for (var i = 0; i < waiting.Count; i++)
        {
            waiting[i].SetResult(replies[i]);
        }
    }

    /// <summary>Where one member is.</summary>
    private readonly record struct Place(int State, TaskCompletionSource<MemberReply>? Reply)
    {
        public const int OnTheWay = 0;
        public const int Waiting = 1;
        public const int Left = 2;
    }
}
