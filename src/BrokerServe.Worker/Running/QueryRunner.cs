using System.Diagnostics;
using BrokerServe.Protocol;
using BrokerServe.Transport.Supervision;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Replicas;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Running;

/// <summary>Runs handlers on threads of the pool, and posts to the replica's loop when they have ended. Safe for any thread.</summary>
internal sealed class QueryRunner(
    string backend, Outcomes outcomes, ReplicaMailbox mailbox, WorkerMetrics metrics, TimeProvider time, Motion? motion, ILogger logger)
{
    /// <summary>Counts handlers that run on a thread; null: nobody asks.</summary>
    public Motion? Motion => motion;

    /// <summary>Runs a handler from its first line to its end. However that comes, the loop hears of it.</summary>
    public async Task RunAsync(Work work)
    {
        try
        {
            var started = metrics.TimesHandlers ? time.GetTimestamp() : 0;
            await (work is Batch batch ? RunAsync(batch) : RunAsync((HeldQuery)work)).ConfigureAwait(false);
            if (started != 0)
            {
                var status = work is HeldQuery query ? query.Outcome.Status : ReplyStatus.Ok;
                metrics.HandlerTook(backend, work.Handler.Method, status, time.GetElapsedTime(started));
            }
        }
        finally
        {
            mailbox.Post(ReplicaMail.Ended(work));
        }
    }

    /// <summary>Fires a token away from the loop, because the author's callbacks run in it.</summary>
    public void Cancel(Work work)
    {
        motion?.Begin();
        ThreadPool.UnsafeQueueUserWorkItem(static order => order.Runner.CancelNow(order.Work), (Runner: this, Work: work), preferLocal: false);
    }

    private async ValueTask RunAsync(HeldQuery query)
    {
        var context = query.Context;
        Activity? span = null;
        try
        {
            span = WorkerTraces.Start(context);
            context.Cancellation.ThrowIfCancellationRequested();
            var payload = await ((SingleHandler)query.Handler).InvokeAsync(context).ConfigureAwait(false);
            query.Outcome = outcomes.Of(payload);
        }
        catch (Exception exception)
        {
            // The handler's, whatever it is: it becomes the caller's answer, and the replica stays in service.
            query.Outcome = outcomes.Of(exception);
        }

        await DisposeScopeAsync(query).ConfigureAwait(false);
        WorkerTraces.End(span, query.Outcome);
    }

    private async ValueTask RunAsync(Batch batch)
    {
        BatchSpans? spans = null;
        try
        {
            spans = WorkerTraces.Start(batch);
            batch.Cancellation.ThrowIfCancellationRequested();
            var queries = batch.Members.ConvertAll(member => member.Context);
            var replies = await batch.Handler.InvokeAsync(queries, spans, batch.Cancellation).ConfigureAwait(false);
            for (var i = 0; i < replies.Count; i++)
            {
                var reply = replies[i];
                batch.Members[i].Outcome = reply.Failure is { } failure ? outcomes.Of(failure) : outcomes.Of(reply.Payload);
            }
        }
        catch (Exception exception)
        {
            // Nothing of the batch ran, or it is a defect of ours: either way every member is answered.
            foreach (var member in batch.Members)
            {
                member.Outcome = outcomes.Of(exception);
            }
        }

        foreach (var member in batch.Members)
        {
            await DisposeScopeAsync(member).ConfigureAwait(false);
        }

        spans?.End(batch);
    }

    private async ValueTask DisposeScopeAsync(HeldQuery query)
    {
        try
        {
            await query.Context.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The author's services, so anything can come. An answer that is an error already is the better one to give.
            logger.ScopeNotDisposed(exception, backend, query.Handler.Method);
            if (query.Outcome.Status == ReplyStatus.Ok)
            {
                query.Outcome = outcomes.Of(exception);
            }
        }
    }

    private void CancelNow(Work work)
    {
        try
        {
            work.Cancel();
        }
        catch (AggregateException exception)
        {
            logger.CancellationCallbackFailed(exception, backend, work.Handler.Method);
        }

        motion?.End();
    }
}
