namespace BrokerServe.Client;

/// <summary>
/// Code around every call of a client: to add metadata, choose how long to wait, try again, answer from a cache, or look at how calls end.
/// </summary>
/// <remarks>
/// Added by <c>AddBrokerServeClient().Use&lt;TMiddleware&gt;()</c> and resolved from the host's services, one object for all calls, many at
/// once. It begins on the thread of whoever makes the call; behind <c>next</c> it goes on on a thread of the pool.
/// </remarks>
/// <example><code>
/// public sealed class TryAgain(TimeProvider time) : ICallMiddleware
/// {
///     public async ValueTask&lt;RawReply&gt; InvokeAsync(CallContext call, CallDelegate next, CancellationToken cancellationToken)
///     {
///         while (true)
///         {
///             try
///             {
///                 return await next(call, cancellationToken);
///             }
///             catch (BrokerServeException failure) when (failure.Retryable &amp;&amp; call.TimeLeft > Pause)
///             {
///                 await Task.Delay(Pause, time, cancellationToken);
///             }
///         }
///     }
///
///     private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
/// }
/// </code></example>
public interface ICallMiddleware
{
    /// <summary>Takes one call on its way out, and its reply or failure on the way back.</summary>
    /// <param name="call">What is called, and how; the how may be changed.</param>
    /// <param name="next">
    /// Goes on. Not called: nothing is sent, and what this returns or throws is what the caller gets. Called again, one after the other or at
    /// once: each time a request of its own, with a correlation id of its own and the same message id, by which a handler recognises a
    /// repetition.
    /// </param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>
    /// The reply: what <paramref name="next"/> returned, or another, never null. A typed caller reads it as MessagePack afterwards.
    /// </returns>
    /// <exception cref="Exception">Whatever is thrown is thrown to the caller; callers expect <see cref="BrokerServeException"/>.</exception>
    ValueTask<RawReply> InvokeAsync(CallContext call, CallDelegate next, CancellationToken cancellationToken);
}
