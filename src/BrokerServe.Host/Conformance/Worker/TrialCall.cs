using BrokerServe.Host.Payloads;
using BrokerServe.Protocol;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>What to ask of a worker: a method, and a payload that it takes.</summary>
/// <param name="Method">The method; null: none is said, which is <c>__call__</c>.</param>
/// <param name="Payload">The payload.</param>
/// <param name="ContentType">What the payload is; null: not said.</param>
internal sealed record TrialCall(string? Method, byte[] Payload, string? ContentType)
{
    /// <summary>A payload written as JSON, sent as MessagePack.</summary>
    /// <param name="option">The option that it is the value of.</param>
    /// <param name="method">The method.</param>
    /// <param name="json">The payload.</param>
    /// <exception cref="UsageException">It is no JSON.</exception>
    public static TrialCall OfJson(string option, string? method, string json)
    {
        try
        {
            return new TrialCall(method, JsonPayload.ToMessagePack(json), ContentTypes.MessagePack);
        }
        catch (UsageException)
        {
            throw new UsageException($"{option}: '{json}' is not JSON. Text needs quotes in it, as in '\"Ada\"'.");
        }
    }

    /// <summary>Reads <c>METHOD</c> or <c>METHOD=JSON</c>.</summary>
    /// <param name="option">The option that it is the value of.</param>
    /// <param name="text">What was written; null: nothing.</param>
    /// <param name="ordinary">Whose payload it has when it says none.</param>
    /// <exception cref="UsageException">What follows the = is no JSON.</exception>
    public static TrialCall? Parse(string option, string? text, TrialCall ordinary)
    {
        if (text is null)
        {
            return null;
        }

        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? ordinary with { Method = text } : OfJson(option, text[..equals], text[(equals + 1)..]);
    }
}
