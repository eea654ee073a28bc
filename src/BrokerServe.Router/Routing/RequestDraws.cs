namespace BrokerServe.Router.Routing;

/// <summary>The draws that decide where one request goes: functions of its shard key when it has one, else chance, a new one for each question.</summary>
/// <param name="hasKey">The request has a shard key. An empty key is a key.</param>
/// <param name="shardKey">The key, in UTF-8.</param>
/// <param name="chance">Used by the calling thread alone.</param>
internal readonly ref struct RequestDraws(bool hasKey, ReadOnlySpan<byte> shardKey, Random chance)
{
    private readonly ReadOnlySpan<byte> _shardKey = shardKey;

    /// <summary>For <see cref="TrafficPolicy.Choose"/>.</summary>
    public double ForBackend() => hasKey ? ShardHash.Draw(_shardKey) : chance.NextDouble();

    /// <summary>For <see cref="ShadowShare.Takes"/>: independent of the choice of the backend and of every other shadow.</summary>
    public double ForShadow(string shadow) => hasKey ? ShardHash.Draw(_shardKey, shadow) : chance.NextDouble();
}
