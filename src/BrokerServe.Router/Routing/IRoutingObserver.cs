namespace BrokerServe.Router.Routing;

/// <summary>Hears of every change of the routing table: the one who starts and stops listeners and tells dispatch loops.</summary>
internal interface IRoutingObserver
{
    /// <summary>A new table is in force.</summary>
    /// <remarks>
    /// <para>Called after <paramref name="after"/> is visible through <see cref="RoutingControl.Table"/>, once for each change that is not empty,
    /// in order and one at a time; the <paramref name="before"/> of a call is the <paramref name="after"/> of the one before it. The first
    /// call, at <see cref="RoutingControl.Attach"/>, comes from an empty table.</para>
    /// <para>Called on the thread that made the change, under the lock of the single writer: post mail and return; do not block, do not
    /// throw, do not change the routing from here. A listener may have routed with <paramref name="after"/> before this is called, and may
    /// still route a request with <paramref name="before"/> that it took at the door, also after this returned.</para>
    /// </remarks>
    /// <param name="before">The table until now.</param>
    /// <param name="after">The table from now on.</param>
    /// <param name="change">What differs.</param>
    void OnTableChanged(RoutingTable before, RoutingTable after, RoutingChange change);
}
