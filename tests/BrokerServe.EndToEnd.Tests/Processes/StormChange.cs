namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>One change of the file, with its moments by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</summary>
/// <param name="Scene">What the file says from then on.</param>
/// <param name="Written">Right before it was written: no call that was answered earlier has seen it.</param>
/// <param name="InForce">When the router had it in force, if a call was begun and answered between that and <paramref name="Ended"/>.</param>
/// <param name="Ended">Right before the next one was written.</param>
internal sealed record StormChange(StormScene Scene, long Written, long? InForce, long Ended);
