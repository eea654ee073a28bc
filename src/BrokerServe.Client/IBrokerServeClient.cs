namespace BrokerServe.Client;

/// <summary>Calls endpoints.</summary>
/// <remarks>
/// <para>Safe for any thread; one per process is enough. Every call ends exactly once: with a reply, or with a
/// <see cref="BrokerServeException"/>, or with an <see cref="OperationCanceledException"/> because its caller gave it up. All of them come out of
/// the returned task. Await each once.</para>
/// <para>What routers and handlers answer comes as they said it. What the client itself says: <c>bad_request</c> and <c>payload_too_large</c> of
/// what cannot be sent; <c>overloaded</c> above <see cref="BrokerServeClientOptions.MaxPendingCalls"/>, and when the broker refuses the request;
/// <c>unavailable</c> when it could not be sent in its time; <c>endpoint_not_found</c> when there is no queue for it; <c>deadline_exceeded</c>
/// when it was sent and nothing came in its time; <c>outcome_unknown</c> when a connection was lost after it was sent; <c>shutting_down</c> when
/// the client stops; <c>bad_reply</c> of a reply that cannot be read.</para>
/// </remarks>
public interface IBrokerServeClient
{
    /// <summary>Calls an endpoint with a value written as MessagePack, and reads its reply as MessagePack.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The request's payload.</param>
    /// <param name="options">How to make the call; null for the defaults.</param>
    /// <param name="cancellationToken">Gives the call up: it ends here at once, and routers and replica are told, as well as can be.</param>
    /// <returns>The reply's payload.</returns>
    /// <exception cref="BrokerServeException">
    /// The call ended without a reply. <c>bad_request</c>: among others, <paramref name="request"/> cannot be written, and nothing was sent.
    /// <c>bad_reply</c>: the work has run, but its reply cannot be read as <typeparamref name="TReply"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired first.</exception>
    ValueTask<TReply> InvokeAsync<TRequest, TReply>(
        string endpoint, TRequest request, InvokeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Calls an endpoint with bytes that nobody but the handler reads.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="payload">The request's payload; copied before this returns.</param>
    /// <param name="options">How to make the call; null for the defaults.</param>
    /// <param name="cancellationToken">Gives the call up: it ends here at once, and routers and replica are told, as well as can be.</param>
    /// <returns>The reply as it came; its bytes are the caller's own.</returns>
    /// <exception cref="BrokerServeException">The call ended without a reply.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired first.</exception>
    ValueTask<RawReply> InvokeRawAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request that nobody replies to, with a value written as MessagePack.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The request's payload.</param>
    /// <param name="options">How to send it; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up waiting; what the broker has already got stays sent.</param>
    /// <returns>When the broker has confirmed the request (at least once), or its connection took it (at most once).</returns>
    /// <exception cref="BrokerServeException">
    /// The request was not sent, or that is unknown. <c>bad_request</c>: among others, <paramref name="request"/> cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired first.</exception>
    ValueTask SendAsync<TRequest>(
        string endpoint, TRequest request, InvokeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request that nobody replies to, as bytes.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="payload">The request's payload; copied before this returns.</param>
    /// <param name="options">How to send it; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up waiting; what the broker has already got stays sent.</param>
    /// <returns>When the broker has confirmed the request (at least once), or its connection took it (at most once).</returns>
    /// <exception cref="BrokerServeException">The request was not sent, or that is unknown.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired first.</exception>
    ValueTask SendRawAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options = null, CancellationToken cancellationToken = default);
}
