using System.Text;
using BrokerServe.Protocol;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>A reply as a router got it.</summary>
internal sealed record ReceivedReply(ulong Ticket, ReplyStatus Status, string ContentType, byte[] Payload, string Replica)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public ErrorBody Error
    {
        get
        {
            Assert.Equal(ContentTypes.Error, ContentType);
            Assert.True(ErrorBody.TryDecode(Payload, out var error));
            return error;
        }
    }

    public T Read<T>() => MessagePackPayloadSerializer.Default.Read<T>(Payload);
}
