using System.Text;
using BrokerServe.Client.Calls;
using BrokerServe.Client.Publishing;
using BrokerServe.Client.Telemetry;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Transport;
using BrokerServe.Transport.Buffers;
using BrokerServe.Transport.Supervision;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Client.Replies;

/// <summary>Takes the replies of one reply queue, alone or many in a frame, and ends the calls that they name.</summary>
/// <remarks>Whatever comes is settled: a reply that nobody waits for, or that cannot be read, is counted and dropped.</remarks>
internal sealed class ReplyListener(
    CallTable calls, FramedEndpoints frames, string correlationPrefix, Settler settler, ClientMetrics metrics, ILogger logger) : IDeliveryHandler
{
    private const string UnknownStatus = "The reply has a status that this client does not know; the router may be newer.";

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(correlationPrefix);
    private readonly TextCache _contentTypes = new();
    private readonly AnswerHeaders _headers = new();

    public void OnDelivery(in Delivery delivery)
    {
        try
        {
            // With a correlation id it is one reply, whatever its payload is.
            if (delivery.Properties is { CorrelationId: null, ContentType: ContentTypes.Answers })
            {
                EndCalls(delivery.Body);
            }
            else
            {
                EndCall(delivery);
            }
        }
        catch (Exception failure)
        {
            // A defect, or no memory: one call waits for its deadline, the others go on.
            ClientLog.ReplyFailed(logger, failure);
        }
        finally
        {
            settler.Settle(delivery.Tag);
        }
    }

    private void EndCall(in Delivery delivery)
    {
        if (!CallId.TryParse(delivery.Properties.CorrelationId, correlationPrefix, out var id) || !calls.TryFind(id, out var call))
        {
            metrics.ReplyDropped("unknown");
            return;
        }

        if (delivery.Properties.Headers is { } headers
            && headers.TryGet(HeaderNames.Frames, out var said) && said.Kind == HeaderKind.Boolean)
        {
            Learn(call, id, said.Boolean); // First: who hears of the end and calls again finds it known.
        }

        End(call, id, OutcomeOf(delivery));
    }

    // Between two looks that find the slot in the same use, what was read is that use's; afterwards it may be another call's.
    private void Learn(PendingCall call, CallId id, bool takesFrames)
    {
        if (call.IsSent(out var before) && before == id.Generation
            && call.Request.Endpoint is var endpoint
            && call.IsSent(out var after) && after == id.Generation)
        {
            frames.Learn(endpoint, takesFrames);
        }
    }

    private void EndCalls(ReadOnlySpan<byte> frame)
    {
        if (!AnswerFrameReader.TryOpen(frame, out var reader))
        {
            metrics.ReplyDropped("malformed");
            return;
        }

        while (reader.TryRead(out var answer))
        {
            if (CallId.TryParse(answer.CorrelationId, _prefix, out var id) && calls.TryFind(id, out var call))
            {
                End(call, id, OutcomeOf(answer));
            }
            else
            {
                metrics.ReplyDropped("unknown");
            }
        }

        if (reader.Remaining > 0)
        {
            metrics.ReplyDropped("malformed");
        }
    }

    private void End(PendingCall call, CallId id, in CallOutcome outcome)
    {
        if (!call.TryEndSent(id.Generation, outcome))
        {
            outcome.Body.Return();
            metrics.ReplyDropped("late");
        }
    }

    private CallOutcome OutcomeOf(in AnswerView answer) => new(answer.Status ?? ReplyStatus.Internal)
    {
        Body = PooledBytes.CopyOf(answer.Payload),
        ContentType = _contentTypes.GetOrNull(answer.ContentType),
        Headers = _headers.Of(answer.Backend, answer.Replica, answer.Attempts),
        Reason = answer.Status is null ? UnknownStatus : null,
    };

    private static CallOutcome OutcomeOf(in Delivery delivery)
    {
        var type = delivery.Properties.Type;
        var status = ReplyStatus.Ok;
        string? reason = null;
        if (!string.IsNullOrEmpty(type) && !ReplyStatuses.TryParse(type, out status))
        {
            status = ReplyStatus.Internal;
            reason = UnknownStatus;
        }

        return new CallOutcome(status)
        {
            Body = PooledBytes.CopyOf(delivery.Body),
            ContentType = delivery.Properties.ContentType,
            Headers = delivery.Properties.Headers,
            Reason = reason,
        };
    }
}
