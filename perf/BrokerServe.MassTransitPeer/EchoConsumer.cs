using MassTransit;

namespace BrokerServe.MassTransitPeer;

/// <summary>Sends every body back. The request is acknowledged when this has ended: with confirms, when the broker has the reply.</summary>
internal sealed class EchoConsumer : IConsumer<Question>
{
    public Task Consume(ConsumeContext<Question> context) => context.RespondAsync(new Answer(context.Message.Body));
}
