using BrokerServe.Protocol.Frames;

namespace BrokerServe.Protocol.Tests.Golden;

/// <summary>Request and answer frames.</summary>
internal static partial class GoldenCases
{
    private const string BareRequestRow = "c-1 30000 {} '' '' '' 6869";
    private const string FullRequestRow =
        "c-2 20000 {bs-deadline=1767225590000, bs-shard-key='u42', "
        + $"traceparent='{TraceParent}', meta-user='Zoë', meta-trial=true, meta-tries=42}} 'sum' 'application/msgpack' 'order-17' 93010203";

    private const string AnswerRow = "c-1 Ok #1 'greet-v1' 'replica-a' 'application/msgpack' '' A568656C6C6F";
    private const string ErrorAnswerRow =
        $"c-2 HandlerError #2 'greet-v1' 'replica-b' '{ContentTypes.Error}' 'order-17' 81A4636F6465AD68616E646C65725F6572726F72";

    private static byte[] EncodeRequestFrame()
    {
        var bytes = new byte[1_024];
        var writer = new RequestFrameWriter(bytes, 2);
        writer.Begin("c-1", 30_000, 0);
        writer.End(null, null, null, "hi"u8);
        writer.Begin("c-2", 20_000, 6);
        writer.WriteHeader("bs-deadline", 1_767_225_590_000);
        writer.WriteHeader("bs-shard-key", "u42");
        writer.WriteHeader("traceparent", TraceParent);
        writer.WriteHeader("meta-user", "Zoë");
        writer.WriteHeader("meta-trial", true);
        writer.WriteHeader("meta-tries", 42);
        writer.End("sum", "application/msgpack", "order-17", [0x93, 1, 2, 3]);
        return bytes[..writer.Length];
    }

    private static byte[] EncodeAnswerFrame()
    {
        var bytes = new byte[1_024];
        var writer = new AnswerFrameWriter(bytes, 2);
        writer.Write("c-1"u8, ReplyStatus.Ok, 1, "greet-v1", "replica-a", "application/msgpack", default, Convert.FromHexString("A568656C6C6F"));
        writer.Write(
            "c-2"u8, ReplyStatus.HandlerError, 2, "greet-v1", "replica-b", ContentTypes.Error, "order-17"u8,
            Convert.FromHexString("81A4636F6465AD68616E646C65725F6572726F72"));
        return bytes[..writer.Length];
    }
}
