using BrokerServe.Host.Conformance.Reading;
using BrokerServe.Host.Conformance.Stand;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;

namespace BrokerServe.Host.Conformance.Worker;

/// <summary>A message at the exchange of replicas.</summary>
/// <param name="Message">As it came.</param>
/// <param name="Announcement">What a router reads in it; null when it can read nothing.</param>
internal sealed record HeardReplica(ReceivedMessage Message, ReplicaAnnouncement? Announcement)
{
    public static HeardReplica Of(ReceivedMessage message) => new(
        message,
        message.Properties.ContentType == ContentTypes.Announcement && ReplicaAnnouncement.TryDecode(message.Body, out var read) ? read : null);

    /// <summary>Everything that is wrong with it.</summary>
    public IEnumerable<string> Faults()
    {
        if (Message.Properties.ContentType != ContentTypes.Announcement)
        {
            yield return $"The content type is '{Message.Properties.ContentType}', and must be '{ContentTypes.Announcement}'.";
        }

        if (Message.RoutingKey.Length > 0)
        {
            yield return $"The routing key is '{Message.RoutingKey}', and must be empty.";
        }

        if (Message.Properties.ExpirationMs is { } expiration)
        {
            yield return $"It has an expiration of {expiration} ms, and must have none.";
        }

        if (!PackTree.TryReadMap(Message.Body, out var map, out var fault))
        {
            yield return fault;
            yield break;
        }

        var any = false;
        foreach (var wrong in Field.FaultsOf(map, Field.OfReplica))
        {
            any = true;
            yield return wrong;
        }

        if (!any && Announcement is null && Message.Properties.ContentType == ContentTypes.Announcement)
        {
            yield return "A router cannot read it: text must be text (str, not bin) and valid UTF-8.";
        }
    }
}
