using BrokerServe.Client.Calls;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Client.Publishing;

/// <summary>A message that was published and is not confirmed.</summary>
/// <param name="Call">The call, or the first of its calls.</param>
/// <param name="OneWay">The call expects no reply.</param>
/// <param name="Pipeline">What it leaves when the broker answers for it.</param>
/// <param name="Frame">All its calls; null when it is one.</param>
internal readonly record struct Outstanding(CallId Call, bool OneWay, Pipeline Pipeline, CallId[]? Frame);
