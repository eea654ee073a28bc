using BrokerServe.RabbitMq;
using BrokerServe.Transport.Tests.Compliance;

namespace BrokerServe.Transport.Tests.RabbitMq;

/// <summary>The small talk of the specifications that are about RabbitMQ alone.</summary>
internal static class RabbitMqFact
{
    /// <summary>A broker behind a URI; short deadlines, because these specifications wait for them.</summary>
    public static RabbitMqBroker BrokerAt(string uri, TimeSpan? operationTimeout = null) => new(new RabbitMqOptions
    {
        Uri = uri,
        OperationTimeout = operationTimeout ?? TimeSpan.FromSeconds(10),
    });

    /// <summary>The URI with another login.</summary>
    public static string As(string uri, string user, string password) =>
        new UriBuilder(uri) { UserName = user, Password = password }.Uri.AbsoluteUri;

    /// <summary>Connects, expecting to fail.</summary>
    public static async Task<BrokerException> FailsToConnectAsync(string uri, BrokerFault fault, TimeSpan? operationTimeout = null)
    {
        await using var broker = BrokerAt(uri, operationTimeout);
        var exception = await Assert.ThrowsAsync<BrokerException>(async () => await broker.ConnectAsync("spec", default));
        Assert.Equal(fault, exception.Fault);
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }

    /// <summary>Declares an exclusive queue and consumes it.</summary>
    public static async Task<(string Queue, IConsumer Consumer, Inbox Inbox)> InboxAsync(IBrokerConnection connection)
    {
        var queue = TestBroker.TestBroker.Unique("spec.inbox");
        await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, default);
        var inbox = new Inbox();
        var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 100), default);
        await consumer.StartAsync(inbox, default);
        return (queue, consumer, inbox);
    }

    /// <summary>A small transient message by the default exchange.</summary>
    public static OutboundMessage To(string queue, int bodyBytes = 1) => new("", queue, false, default, new byte[bodyBytes]);
}
