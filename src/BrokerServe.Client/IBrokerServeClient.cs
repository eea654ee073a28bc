namespace BrokerServe.Client;

/// <summary>Calls endpoints.</summary>
/// <remarks>
/// Safe for any thread; one per process is enough. Every call ends exactly once: with a reply, or with a <see cref="BrokerServeException"/>,
/// or with an <see cref="OperationCanceledException"/> because its caller gave it up. Await each returned task once.
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
    ValueTask<TReply> InvokeAsync<TRequest, TReply>(
        string endpoint, TRequest request, InvokeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Calls an endpoint with bytes that nobody but the handler reads.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="payload">The request's payload; copied before this returns.</param>
    /// <param name="options">How to make the call; null for the defaults.</param>
    /// <param name="cancellationToken">Gives the call up: it ends here at once, and routers and replica are told, as well as can be.</param>
    /// <exception cref="BrokerServeException">The call ended without a reply.</exception>
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
    ValueTask SendAsync<TRequest>(
        string endpoint, TRequest request, InvokeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request that nobody replies to, as bytes.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="payload">The request's payload; copied before this returns.</param>
    /// <param name="options">How to send it; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up waiting; what the broker has already got stays sent.</param>
    /// <returns>When the broker has confirmed the request (at least once), or its connection took it (at most once).</returns>
    /// <exception cref="BrokerServeException">The request was not sent, or that is unknown.</exception>
    ValueTask SendRawAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options = null, CancellationToken cancellationToken = default);
}
