using System.Text;

namespace BrokerServe.Router.Configuration;

/// <summary>Queues named as static replicas: each once in the whole router, and none of BrokerServe's own.</summary>
internal sealed class StaticReplicaCheck(string prefix, ConfigErrors errors)
{
    private const int MaxQueueBytes = 255; // What AMQP allows a queue's name.

    private readonly Dictionary<string, string> _placeByQueue = new(StringComparer.Ordinal);

    public void Check(string backend, IReadOnlyList<StaticReplicaConfig> replicas)
    {
        for (var i = 0; i < replicas.Count; i++)
        {
            var place = $"{backend}:{nameof(BackendConfig.StaticReplicas)}:{i}";
            RangeCheck.Check(place, replicas[i], errors);
            if (Refuse(replicas[i].Queue, place) is { } sentence)
            {
                errors.Add($"{place}:{nameof(StaticReplicaConfig.Queue)}", sentence);
            }
        }
    }

    /// <summary>Gives back the queues of a backend that will not have them after all.</summary>
    /// <param name="backend">The place that it was checked at.</param>
    public void Forget(string backend)
    {
        var places = $"{backend}:{nameof(BackendConfig.StaticReplicas)}:";
        foreach (var (queue, place) in _placeByQueue.ToArray())
        {
            if (place.StartsWith(places, StringComparison.Ordinal))
            {
                _placeByQueue.Remove(queue);
            }
        }
    }

    private string? Refuse(string? queue, string place)
    {
        if (string.IsNullOrEmpty(queue))
        {
            return "is not set; name the queue that the server consumes";
        }

        if (Encoding.UTF8.GetByteCount(queue) is > MaxQueueBytes and var bytes)
        {
            return $"has {bytes} bytes; a queue's name may have {MaxQueueBytes}";
        }

        if (queue.StartsWith(prefix + ".", StringComparison.Ordinal))
        {
            return $"\"{queue}\" is one of BrokerServe's own queues; replicas that announce themselves are found without being named";
        }

        return _placeByQueue.TryAdd(queue, place) ? null : $"\"{queue}\" is a replica already, at {_placeByQueue[queue]}; name a queue once";
    }
}
