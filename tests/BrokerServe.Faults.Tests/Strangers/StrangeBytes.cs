using BrokerServe.Protocol;
using RabbitMQ.Client;

namespace BrokerServe.Faults.Tests.Strangers;

/// <summary>Messages that say they are ours and are not.</summary>
internal static class StrangeBytes
{
    private static readonly string[] ContentTypes =
    [
        Protocol.ContentTypes.Requests, Protocol.ContentTypes.Answers, Protocol.ContentTypes.Queries, Protocol.ContentTypes.Replies,
        Protocol.ContentTypes.Command, Protocol.ContentTypes.Held, Protocol.ContentTypes.Announcement, Protocol.ContentTypes.Report,
        Protocol.ContentTypes.Error, "application/vnd.brokerserve.of-tomorrow+msgpack",
    ];

    /// <summary>Some of each content type to each exchange.</summary>
    public static async Task ShowerAsync(Scene scene, Random random)
    {
        await using var stranger = await StrangeProducer.StartAsync(scene);
        var names = new ObjectNames(scene.Prefix);
        foreach (var contentType in ContentTypes)
        {
            foreach (var exchange in (string[])[names.Replicas, names.Routers, names.Cancels, names.Reports, names.Replies, names.Requests])
            {
                for (var n = 0; n < 5; n++)
                {
                    // Longer than a number: no worker takes it for a call of the journal's.
                    var body = new byte[random.Next(9, 60)];
                    random.NextBytes(body);
                    await stranger.SendAsync(exchange, exchange == names.Requests ? Scene.Endpoint : "", new BasicProperties { ContentType = contentType }, body);
                }
            }
        }
    }
}
