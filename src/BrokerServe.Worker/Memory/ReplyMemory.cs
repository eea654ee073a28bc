using System.Diagnostics.CodeAnalysis;

namespace BrokerServe.Worker.Memory;

/// <summary>Answers a request that comes again with the reply that it had, and lets one that comes while the first runs wait for that.</summary>
/// <remarks>
/// <para>(1) Whose reply is remembered is answered. (2) Who finds the same request running joins it: a reply is everybody's, and so is a failure,
/// unless nobody waited for the run any more: that says nothing of the request, and one of those who joined runs it. (3) Anybody else runs;
/// a reply is remembered before the run counts as ended, failures are not. Any thread; the lock is held for a look and a word.</para>
/// <para>Law: a key is among the running from its run's first step to its last, and its reply is in the window before it leaves them.</para>
/// </remarks>
internal sealed class ReplyMemory
{
    private readonly Lock _lock = new();
    private readonly ReplyWindow _window;
    private readonly IReplyStore? _store;
    private readonly Dictionary<ReplyKey, Run> _running = [];

    public ReplyMemory(ReplyMemoryOptions options)
    {
        _window = new ReplyWindow(options.MaxReplies, (long)options.MaxAge.TotalMilliseconds, options.MaxBytes);
        _store = options.Store;
    }

    public ValueTask<ReplyPayload> InvokeAsync(QueryContext query, QueryDelegate next, CancellationToken cancellation) =>
        query.MessageId is { } messageId
            ? InvokeAsync(new ReplyKey(query.Backend, query.AppId ?? "", messageId), query, next, cancellation)
            : next(query, cancellation);

    private async ValueTask<ReplyPayload> InvokeAsync(ReplyKey key, QueryContext query, QueryDelegate next, CancellationToken cancellation)
    {
        while (true)
        {
            if (FindOrBegin(key, query.NowMs, out var remembered, out var run))
            {
                return await RunAsync(key, run, query, next, cancellation).ConfigureAwait(false);
            }

            if (remembered is null)
            {
                // Step 2.
                query.StandAside();
                remembered = await run!.Ended.WaitAsync(cancellation).ConfigureAwait(false);
            }

            if (remembered is { } reply)
            {
                query.NoteRepeated();
                return reply;
            }
        }
    }

    /// <summary>True when the caller runs the request now; else there is a reply, or a run of somebody else's.</summary>
    private bool FindOrBegin(in ReplyKey key, long nowMs, out ReplyPayload? remembered, [NotNullWhen(true)] out Run? run)
    {
        lock (_lock)
        {
            run = null;
            if (_window.TryGet(key, nowMs, out remembered) || _running.TryGetValue(key, out run))
            {
                return false;
            }

            _running.Add(key, run = new Run());
            return true;
        }
    }

    private async ValueTask<ReplyPayload> RunAsync(
        ReplyKey key, Run run, QueryContext query, QueryDelegate next, CancellationToken cancellation)
    {
        ReplyPayload reply;
        try
        {
            reply = await FindInStoreAsync(key, query, cancellation).ConfigureAwait(false)
                ?? await HandleAsync(key, query, next, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The author's, whatever it is; it goes its way.
            End(key, null, 0);
            run.Fail(exception, isVerdict: !cancellation.IsCancellationRequested);
            throw;
        }

        End(key, reply, query.NowMs);
        run.Reply(reply);
        return reply;
    }

    private async ValueTask<ReplyPayload> HandleAsync(ReplyKey key, QueryContext query, QueryDelegate next, CancellationToken cancellation)
    {
        var (bytes, contentType) = await next(query, cancellation).ConfigureAwait(false);
        var reply = new ReplyPayload(bytes.ToArray(), contentType); // A copy: a handler owes constancy only until the reply is sent.
        if (_store is not null)
        {
            try
            {
                await _store.KeepAsync(key, reply, cancellation).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                query.NoteStoreFailed(exception); // The work is done, and its caller waits.
            }
        }

        return reply;
    }

    private async ValueTask<ReplyPayload?> FindInStoreAsync(ReplyKey key, QueryContext query, CancellationToken cancellation)
    {
        if (_store is null)
        {
            return null;
        }

        try
        {
            var found = await _store.FindAsync(key, cancellation).ConfigureAwait(false);
            if (found is not null)
            {
                query.NoteRepeated();
            }

            return found;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            query.NoteStoreFailed(exception);
            return null;
        }
    }

    private void End(in ReplyKey key, ReplyPayload? reply, long nowMs)
    {
        lock (_lock)
        {
            if (reply is { } kept)
            {
                _window.Add(key, kept, nowMs);
            }

            _running.Remove(key);
        }
    }

    /// <summary>A request that runs, for those who join it.</summary>
    private sealed class Run
    {
        private readonly TaskCompletionSource<ReplyPayload?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The reply, or the failure; null when it was given up, which is no answer to the request.</summary>
        public Task<ReplyPayload?> Ended => _ended.Task;

        public void Reply(in ReplyPayload reply) => _ended.SetResult(reply);

        public void Fail(Exception exception, bool isVerdict)
        {
            if (!isVerdict)
            {
                _ended.SetResult(null);
                return;
            }

            _ended.SetException(exception);
            _ = _ended.Task.Exception; // Seen, also when nobody has joined.
        }
    }
}
