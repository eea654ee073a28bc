namespace BrokerServe.Router.Routing;

/// <summary>The draws that decide where one request goes: functions of its shard key when it has one, else chance, a new one for each question.</summary>
/// <param name="shardKey">The request's key; null: it has none. An empty key is a key.</param>
/// <param name="chance">Used by the calling thread alone.</param>
internal readonly struct RequestDraws(string? shardKey, Random chance)
{
    /// <summary>For <see cref="TrafficPolicy.Choose"/>.</summary>
    public double ForBackend() => shardKey is null ? chance.NextDouble() : ShardHash.Draw(shardKey);

    /// <summary>For <see cref="ShadowShare.Takes"/>: independent of the choice of the backend and of every other shadow.</summary>
    public double ForShadow(string shadow) => shardKey is null ? chance.NextDouble() : ShardHash.Draw(shardKey, shadow);
}
