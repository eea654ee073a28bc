namespace BrokerServe.Client;

/// <summary>What makes a call: the next middleware, or behind the last one the client itself. See <see cref="ICallMiddleware"/>.</summary>
/// <param name="call">The call that was given to the middleware; no other can be passed on.</param>
/// <param name="cancellationToken">Gives this attempt up: the caller's token, or one that fires sooner.</param>
/// <returns>The reply as it came; for a one-way request an empty one, once it is sent.</returns>
/// <exception cref="BrokerServeException">The attempt ended without a reply.</exception>
/// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
/// <exception cref="InvalidOperationException">The outermost middleware had returned already: the call is over.</exception>
public delegate ValueTask<RawReply> CallDelegate(CallContext call, CancellationToken cancellationToken);
