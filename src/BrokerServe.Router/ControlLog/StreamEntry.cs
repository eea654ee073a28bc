using BrokerServe.Protocol.Control;

namespace BrokerServe.Router.ControlLog;

/// <summary>One message of a stream of the control log.</summary>
/// <param name="Offset">Where it stands.</param>
/// <param name="Entry">What it says; null when that means nothing to this version.</param>
/// <param name="Tail">What <see cref="ControlHash.OfEntry"/> says of it.</param>
internal readonly record struct StreamEntry(long Offset, ControlEntry? Entry, long Tail);
