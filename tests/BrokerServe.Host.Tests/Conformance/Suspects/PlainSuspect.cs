using BrokerServe.Protocol;
using BrokerServe.Protocol.Announcements;
using BrokerServe.Transport;

namespace BrokerServe.Host.Tests.Conformance.Suspects;

/// <summary>A suspect that speaks the plain dialect.</summary>
internal sealed class PlainSuspect(IBroker broker, Fault fault) : Suspect(broker, fault)
{
    private string? _firstReplyTo;

    protected override Dialect Dialect => Dialect.Plain;

    protected override Suspect Successor() => new PlainSuspect(Broker, Fault);

    protected override void Receive(in Delivery message)
    {
        var properties = message.Properties;
        properties.Headers!.TryGetInteger(HeaderNames.TimeLeft, out var left);
        properties.Headers.TryGetInteger(HeaderNames.Deadline, out var deadline);
        _firstReplyTo ??= properties.ReplyTo;
        Take(new HeldQuery(properties.CorrelationId!, "", properties.Type, message.Body.ToArray(), EndsAtMs(left, deadline))
        {
            ReplyTo = Fault == Fault.AnswersWhereItAnsweredFirst ? _firstReplyTo! : properties.ReplyTo!,
        });
    }

    protected override void Answer(HeldQuery query, string code, string? contentType, byte[] body)
    {
        var ticket = Fault switch
        {
            Fault.DropsCorrelationIds => null,
            Fault.RoundsTickets => $"{(ulong)(double)ulong.Parse(query.Ticket, null)}",
            _ => query.Ticket,
        };
        Say("", query.ReplyTo, new MessageProperties { CorrelationId = ticket, Type = code, ContentType = contentType }, body);
    }
}
