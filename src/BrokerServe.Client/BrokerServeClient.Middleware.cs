using System.Globalization;
using BrokerServe.Client.Payloads;
using BrokerServe.Protocol;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client;

/// <content>The way through the middleware. Without any, no call comes here.</content>
public sealed partial class BrokerServeClient
{
    private static readonly RawReply NoReply = new(default, ContentType: null, Backend: null, Replica: null, Attempts: 0);

    private readonly CallDelegate? _middleware; // The whole chain, the client itself at its end; null when there is none.
    private long _messages;

    private CallDelegate? Chain()
    {
        if (_options.Middleware.Count == 0)
        {
            return null;
        }

        CallDelegate chain = _callers is null ? CallOnceAsync
            : (call, cancellation) => _callers.Begin().Follow(CallOnceAsync(call, cancellation));
        for (var i = _options.Middleware.Count - 1; i >= 0; i--)
        {
            chain = _options.Middleware[i](chain);
        }

        return chain;
    }

    private async ValueTask<TReply> InvokeThroughAsync<TRequest, TReply>(
        CallDelegate middleware, string endpoint, TRequest request, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = PayloadWriter.Write(request, endpoint, _options.Serializer);
        var reply = await PassAsync(middleware, Open(endpoint, body, request, isTyped: true, options, oneWay: false), cancellationToken)
            .ConfigureAwait(false);
        return PayloadReader.Read<TReply>(reply.Body, reply.ContentType, endpoint, _options.Serializer);
    }

    private async ValueTask<RawReply> InvokeRawThroughAsync(
        CallDelegate middleware, string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = Open(endpoint, PooledBytes.CopyOf(payload.Span), request: null, isTyped: false, options, oneWay: false);
        return await PassAsync(middleware, call, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendThroughAsync<TRequest>(
        CallDelegate middleware, string endpoint, TRequest request, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = PayloadWriter.Write(request, endpoint, _options.Serializer);
        await PassAsync(middleware, Open(endpoint, body, request, isTyped: true, options, oneWay: true), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendRawThroughAsync(
        CallDelegate middleware, string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = Open(endpoint, PooledBytes.CopyOf(payload.Span), request: null, isTyped: false, options, oneWay: true);
        await PassAsync(middleware, call, cancellationToken).ConfigureAwait(false);
    }

    private CallContext Open(string endpoint, PooledBytes body, object? request, bool isTyped, InvokeOptions? options, bool oneWay)
    {
        // No digit of a correlation id is an m, so this is no other call's message id either.
        var messageId = string.Create(CultureInfo.InvariantCulture, $"{_correlationPrefix}m{Interlocked.Increment(ref _messages):x}");
        return new CallContext(endpoint, body, request, isTyped, options ?? InvokeOptions.Default, oneWay, messageId, _clock, _options);
    }

    private static async ValueTask<RawReply> PassAsync(CallDelegate middleware, CallContext call, CancellationToken cancellationToken)
    {
        try
        {
            return await middleware(call, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"A middleware returned no reply for a call to '{call.Endpoint}'.");
        }
        finally
        {
            call.End();
        }
    }

    /// <summary>The end of the chain: each time a request of its own, for the same work.</summary>
    private async ValueTask<RawReply> CallOnceAsync(CallContext call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var left = call.TimeLeft;
        if (left == TimeSpan.Zero && call.HadTime)
        {
            throw new BrokerServeException(
                ReplyStatus.DeadlineExceeded, call.Endpoint, "The caller's time had run out before the middleware passed the call on.");
        }

        var options = call.Options.MessageId is null ? call.Options with { MessageId = call.MessageId } : call.Options;
        var outcome = await CallAsync(
            call.Endpoint, call.CopyPayload(), call.ContentType, options, call.IsOneWay, call.HadTime ? left : Unlimited, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            ThrowUnlessOk(outcome, call.Endpoint, cancellationToken);
            return call.IsOneWay ? NoReply : PayloadReader.ReadRaw(outcome);
        }
        finally
        {
            outcome.Body.Return();
        }
    }
}
