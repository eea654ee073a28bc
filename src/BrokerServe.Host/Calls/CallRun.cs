using System.Text;
using BrokerServe.Client;
using BrokerServe.Host.Payloads;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Calls;

/// <summary>Makes one call for the command line.</summary>
internal static class CallRun
{
    private const string NoContentType = "no content type";

    /// <summary>Makes the call; returns what the process exits with.</summary>
    public static async Task<int> RunAsync(
        IBroker broker, CallRequest call, Func<Stream> input, TextWriter output, TextWriter error)
    {
        using var interruption = new Interruption();
        var body = await ReadPayloadAsync(call, input, interruption.Token);
        try
        {
            await using var client = await ConnectAsync(broker, call, interruption.Token);
            if (call.OneWay)
            {
                await client.SendRawAsync(call.Endpoint, body, call.Options, interruption.Token);
                return ExitCodes.Ok;
            }

            var reply = await client.InvokeRawAsync(call.Endpoint, body, call.Options, interruption.Token);
            return await PrintAsync(call, reply, output, error);
        }
        catch (BrokerServeException failure)
        {
            await error.WriteLineAsync(failure.Message);
            if (call.Verbose && failure.RemoteStackTrace is { } stack)
            {
                await error.WriteLineAsync($"{failure.RemoteType}\n{stack}");
            }

            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await error.WriteLineAsync($"{ReplyStatus.Cancelled.Name()}: The call was given up.");
            return ExitCodes.Failed;
        }
    }

    private static async Task<BrokerServeClient> ConnectAsync(IBroker broker, CallRequest call, CancellationToken interrupted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        patience.CancelAfter(call.Options.Timeout!.Value);
        try
        {
            return await BrokerServeClient.ConnectAsync(
                broker, new BrokerServeClientOptions { Name = "cli", Prefix = call.Prefix }, cancellationToken: patience.Token);
        }
        catch (OperationCanceledException) when (!interrupted.IsCancellationRequested)
        {
            throw new BrokerServeException(
                ReplyStatus.Unavailable,
                call.Endpoint,
                $"There was no connection to {broker.DisplayName} within {new Duration(call.Options.Timeout.Value)}.");
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(Message.Of(fault));
        }
    }

    private static async Task<int> PrintAsync(CallRequest call, RawReply reply, TextWriter output, TextWriter error)
    {
        if (call.Verbose)
        {
            var who = $"replica {reply.Replica ?? "?"} of {reply.Backend ?? "?"}, attempt {reply.Attempts}";
            await error.WriteLineAsync($"{reply.Body.Length} bytes, {reply.ContentType ?? NoContentType}, from {who}");
        }

        if (!call.Json)
        {
            await output.WriteLineAsync(Encoding.UTF8.GetString(reply.Body.Span));
            return ExitCodes.Ok;
        }

        if (JsonPayload.ToJson(reply) is { } json)
        {
            await output.WriteLineAsync(json);
            return ExitCodes.Ok;
        }

        await error.WriteLineAsync(
            $"{ReplyStatus.BadRequest.Name()}: The reply ({reply.Body.Length} bytes, {reply.ContentType ?? NoContentType}) is not MessagePack. "
            + "Leave --json away to see it.");
        return ExitCodes.Failed;
    }

    private static async Task<byte[]> ReadPayloadAsync(CallRequest call, Func<Stream> input, CancellationToken cancellationToken)
    {
        if (call.Payload != "-")
        {
            return call.Json ? JsonPayload.ToMessagePack(call.Payload) : Encoding.UTF8.GetBytes(call.Payload);
        }

        using var read = new MemoryStream();
        await using var stream = input();
        await stream.CopyToAsync(read, cancellationToken);
        return call.Json ? JsonPayload.ToMessagePack(Encoding.UTF8.GetString(read.ToArray())) : read.ToArray();
    }
}
