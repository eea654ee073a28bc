using BrokerServe.Transport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BrokerServe.RabbitMq.Publishing;

/// <summary>One channel of a publisher: the library's events on it. It closes itself when it was left and has nothing more to say.</summary>
internal sealed class PublishChannel
{
    private readonly RabbitMqPublisher _publisher;
    private readonly BoundedChannel _channel;
    private readonly IPublisherEvents? _events;
    private readonly ChannelAnswers _answers;
    private readonly Lock _lock = new();
    private Task? _closing; // Under _lock.
    private volatile bool _isClosing;

    public PublishChannel(RabbitMqPublisher publisher, BoundedChannel channel, IPublisherEvents? events)
    {
        _publisher = publisher;
        _channel = channel;
        _events = events;
        _answers = new ChannelAnswers(events);
        if (events is not null)
        {
            channel.Amqp.BasicAcksAsync += OnAckAsync;
            channel.Amqp.BasicNacksAsync += OnNackAsync;
            channel.Amqp.BasicReturnAsync += OnReturnAsync;
        }

        channel.Amqp.ChannelShutdownAsync += OnShutdownAsync;
    }

    /// <summary>Where to publish.</summary>
    public IChannel Amqp => _channel.Amqp;

    /// <summary>The channel before this one may still say something.</summary>
    public bool IsBeside => _answers.IsBeside;

    /// <summary>From now on messages are published here, and not on another channel any more. For the publishing loop.</summary>
    /// <param name="predecessor">The other channel.</param>
    /// <param name="before">The publisher's number of the last message on it.</param>
    public void Follow(PublishChannel predecessor, ulong before)
    {
        _answers.Follow(predecessor._answers, before);
        predecessor.CloseIfOver();
    }

    /// <summary>Closes the channel; never fails.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isClosing = true; // Before the library says that it is closed.
            return _closing ??= _channel.CloseAsync();
        }
    }

    private Task OnAckAsync(object sender, BasicAckEventArgs e)
    {
        OnAnswered(e.DeliveryTag, e.Multiple, refused: false);
        return Task.CompletedTask;
    }

    private Task OnNackAsync(object sender, BasicNackEventArgs e)
    {
        OnAnswered(e.DeliveryTag, e.Multiple, refused: true);
        _publisher.OnRefused(this);
        return Task.CompletedTask;
    }

    private Task OnReturnAsync(object sender, BasicReturnEventArgs e)
    {
        if (_publisher.Gate.TryEnter())
        {
            try
            {
                _events!.OnReturned(new ReturnedMessage(e.Exchange, e.RoutingKey, InboundProperties.Read(e.BasicProperties), e.Body.Span));
            }
            finally
            {
                _publisher.Gate.Leave();
            }
        }

        return Task.CompletedTask;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        if (!_isClosing)
        {
            _publisher.OnShutdown(reason);
        }

        return Task.CompletedTask;
    }

    private void OnAnswered(ulong number, bool multiple, bool refused)
    {
        if (_publisher.Gate.TryEnter())
        {
            try
            {
                _answers.Add(number, multiple, refused);
            }
            finally
            {
                _publisher.Gate.Leave();
            }

            CloseIfOver();
        }
    }

    private void CloseIfOver()
    {
        if (_answers.IsOver)
        {
            _ = CloseAsync();
        }
    }
}
