using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <content>Running queries.</content>
internal abstract partial class Suspect
{
    /// <summary>Begins what has a place, answers what needs none, and leaves when it may.</summary>
    protected void Advance()
    {
        List<HeldQuery> begun = [], over = [];
        lock (Gate)
        {
            foreach (var query in _waiting.ToArray())
            {
                var isOver = query.IsCancelled;
                if (isOver || _running < Limit || fault == Fault.IgnoresItsLimit)
                {
                    _waiting.Remove(query);
                    query.HasBegun = !isOver;
                    _running += isOver ? 0 : 1;
                    (isOver ? over : begun).Add(query);
                }
            }
        }

        over.ForEach(query => End(query, Error(ReplyStatus.Cancelled, "It was given up.")));

        // What takes no time ends here, in the order in which it came: a fault that is to show in that order must not depend on threads.
        begun.ForEach(query => _ = query.Method == SlowMethod ? Task.Run(() => RunAsync(query)) : RunAsync(query));
        LeaveIfDone();
    }

    private async Task RunAsync(HeldQuery query)
    {
        var done = Error(ReplyStatus.DeadlineExceeded, "It is too late.");
        if (Environment.TickCount64 < query.EndsAtMs || fault == Fault.IgnoresDeadlines)
        {
            if (query.Method == SlowMethod)
            {
                await Task.Delay(SlowTakes);
            }

            done = Do(query);
        }

        lock (Gate)
        {
            _running--;
        }

        End(query, done);
        Advance();
    }

    private (string Code, string? ContentType, byte[] Body) Do(HeldQuery query) => query.Method switch
    {
        _ when query.Payload.AsSpan().StartsWith((byte)0xc1) => Error(ReplyStatus.BadRequest, "That is no MessagePack."),
        null or "" or "__call__" or SlowMethod => (ReplyStatus.Ok.Name(), ContentTypes.MessagePack, query.Payload),
        FailingMethod => fault == Fault.MakesUpCodes ? ("exhausted", ContentTypes.Error, Error(ReplyStatus.HandlerError, "").Body) : Error(ReplyStatus.HandlerError, "Ää 🦊"),
        _ => Error(fault == Fault.TakesUnknownMethodsForFailures ? ReplyStatus.HandlerError : ReplyStatus.MethodNotFound, $"No {query.Method}; there are __call__, slow, fail."),
    };

    private (string Code, string? ContentType, byte[] Body) Error(ReplyStatus status, string message) => fault == Fault.SaysErrorsInText
        ? (status.Name(), "text/plain", System.Text.Encoding.UTF8.GetBytes(message))
        : (status.Name(), ContentTypes.Error, new ErrorBody(status, message, status.IsRetryable()).Encode());

    private void End(HeldQuery query, (string Code, string? ContentType, byte[] Body) done)
    {
        lock (Gate)
        {
            Held.Remove(query);
        }

        if (fault == Fault.DropsWhatItHoldsWhenItLeaves && _kind == AnnouncementKind.Draining)
        {
            return;
        }

        Answer(query, done.Code, done.ContentType, done.Body);
        if (fault == Fault.AnswersTwice)
        {
            Answer(query, done.Code, done.ContentType, done.Body);
        }
    }
}
