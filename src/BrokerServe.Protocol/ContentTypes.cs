namespace BrokerServe.Protocol;

/// <summary>Content types by which BrokerServe's own messages are told from opaque payloads.</summary>
public static class ContentTypes
{
    /// <summary>Many requests in one message, client to endpoint.</summary>
    public const string Requests = "application/vnd.brokerserve.requests+msgpack";

    /// <summary>Many answers in one message, router to a client that sends requests in frames.</summary>
    public const string Answers = "application/vnd.brokerserve.answers+msgpack";

    /// <summary>Many queries in one message, router to framed replica.</summary>
    public const string Queries = "application/vnd.brokerserve.queries+msgpack";

    /// <summary>Many replies in one message, framed replica to router.</summary>
    public const string Replies = "application/vnd.brokerserve.replies+msgpack";

    /// <summary>A command from a router to a replica: sync, fence, cancel, configure.</summary>
    public const string Command = "application/vnd.brokerserve.command+msgpack";

    /// <summary>What a replica holds, in answer to sync.</summary>
    public const string Held = "application/vnd.brokerserve.held+msgpack";

    /// <summary>A replica's or a router's announcement.</summary>
    public const string Announcement = "application/vnd.brokerserve.announcement+msgpack";

    /// <summary>A router's queue-length report.</summary>
    public const string Report = "application/vnd.brokerserve.report+msgpack";

    /// <summary>An entry of the control log or of its snapshots.</summary>
    public const string Control = "application/vnd.brokerserve.control+msgpack";

    /// <summary>The body of an error reply.</summary>
    public const string Error = "application/vnd.brokerserve.error+msgpack";

    /// <summary>The .NET client's and worker's default payload.</summary>
    public const string MessagePack = "application/msgpack";
}
