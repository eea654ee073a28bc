using BrokerServe.Protocol;

namespace BrokerServe.Worker;

/// <summary>Thrown by a handler or a middleware to choose the error that the caller gets.</summary>
/// <remarks>
/// Any other exception is <c>handler_error</c>, and tells the caller its type, message and stack trace; of this one it hears what is said
/// here and no more. An <see cref="OperationCanceledException"/> once the query's token has fired is answered as what fired it:
/// <c>deadline_exceeded</c>, <c>cancelled</c> or <c>shutting_down</c>.
/// </remarks>
public class QueryException : Exception
{
    private static readonly Dictionary<string, string> NoDetail = [];

    /// <summary>Says how the query ends.</summary>
    /// <param name="status">
    /// <c>handler_error</c>, <c>bad_request</c>, <c>method_not_found</c>, <c>payload_too_large</c>, <c>deadline_exceeded</c>,
    /// <c>cancelled</c>, or <c>overloaded</c>. The last one does not end the call: the router leaves this replica alone for a moment and asks
    /// again, here or elsewhere, until the deadline.
    /// </param>
    /// <param name="message">One sentence for people; its first 4,096 characters travel.</param>
    /// <param name="retryable">Whether the same call may sensibly and safely be made again; null: what the code says by itself.</param>
    /// <param name="detail">Further facts by name; at most 64 of them travel, and of each name and value the first 4,096 characters.</param>
    /// <param name="innerException">What it came from. It stays here.</param>
    /// <exception cref="ArgumentOutOfRangeException">Handlers cannot answer this: it is the router's to say, or the worker's own.</exception>
    public QueryException(
        ReplyStatus status,
        string message,
        bool? retryable = null,
        IReadOnlyDictionary<string, string>? detail = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        // Not shutting_down: a router takes the replica that says so out of service.
        if (status is not (ReplyStatus.HandlerError or ReplyStatus.BadRequest or ReplyStatus.MethodNotFound or ReplyStatus.PayloadTooLarge
            or ReplyStatus.DeadlineExceeded or ReplyStatus.Cancelled or ReplyStatus.Overloaded))
        {
            throw new ArgumentOutOfRangeException(
                nameof(status),
                status,
                $"A query cannot be answered {status.Name()} by its handler. Take handler_error, bad_request, method_not_found, "
                + "payload_too_large, deadline_exceeded, cancelled or overloaded.");
        }

        Status = status;
        Retryable = retryable ?? status.IsRetryable();
        Detail = detail is null ? NoDetail : new Dictionary<string, string>(detail.Where(fact => fact.Value is not null), StringComparer.Ordinal);
    }

    /// <summary>How the query ends.</summary>
    public ReplyStatus Status { get; }

    /// <summary>Whether the same call may sensibly and safely be made again.</summary>
    public bool Retryable { get; }

    /// <summary>Further facts by name.</summary>
    public IReadOnlyDictionary<string, string> Detail { get; }
}
