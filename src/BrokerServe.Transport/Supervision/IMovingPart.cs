namespace BrokerServe.Transport.Supervision;

/// <summary>A part of a system that moves when something reaches it, and comes to rest by itself: client, worker, router, in-memory broker.</summary>
/// <remarks>
/// For tests that move the clock by hand: before the clock may go on, whatever the last step has set in motion must have come to rest. Clients,
/// workers and routers are in the services of their hosts under this interface; the in-memory broker is one itself.
/// </remarks>
public interface IMovingPart
{
    /// <summary>Looks whether anything in the part moves: mail that nobody has looked at, code that runs. Any thread.</summary>
    /// <remarks>
    /// <para>What waits for time to pass, for a message, or for something outside does not move. A part that works on the system's own clock may
    /// leave out what would cost it something to count. Connections that come and go are not looked at.</para>
    /// <para>Several parts are at rest together when two looks, one after the other, find none that moves and add up to the same number: each
    /// part rested from its first look to its second, so all of them did when the first round ended.</para>
    /// </remarks>
    /// <param name="moves">What is added grows whenever the part begins to move.</param>
    /// <returns>What moves, for people; null when nothing does.</returns>
    string? FindMotion(ref long moves);
}
