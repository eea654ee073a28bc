using System.Runtime.CompilerServices;
using BrokerServe.Client.Payloads;
using BrokerServe.Protocol;
using BrokerServe.Transport.Buffers;

namespace BrokerServe.Client;

/// <content>The way of calls that no middleware sees: nothing is allocated for what is not there.</content>
public sealed partial class BrokerServeClient
{
    private static readonly TimeSpan Unlimited = TimeSpan.MaxValue; // A call's own timeout counts alone.

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TReply> InvokeDirectAsync<TRequest, TReply>(
        string endpoint, TRequest request, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = PayloadWriter.Write(request, endpoint, _options.Serializer);
        var outcome = await CallAsync(
            endpoint, body, ContentTypes.MessagePack, options ?? InvokeOptions.Default, oneWay: false, Unlimited, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            ThrowUnlessOk(outcome, endpoint, cancellationToken);
            return PayloadReader.Read<TReply>(outcome.Body.Memory, outcome.ContentType, endpoint, _options.Serializer);
        }
        finally
        {
            outcome.Body.Return();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<RawReply> InvokeRawDirectAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= InvokeOptions.Default;
        var outcome = await CallAsync(
            endpoint, PooledBytes.CopyOf(payload.Span), options.ContentType, options, oneWay: false, Unlimited, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            ThrowUnlessOk(outcome, endpoint, cancellationToken);
            return PayloadReader.ReadRaw(outcome);
        }
        finally
        {
            outcome.Body.Return();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendDirectAsync<TRequest>(
        string endpoint, TRequest request, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = PayloadWriter.Write(request, endpoint, _options.Serializer);
        var outcome = await CallAsync(
            endpoint, body, ContentTypes.MessagePack, options ?? InvokeOptions.Default, oneWay: true, Unlimited, cancellationToken)
            .ConfigureAwait(false);
        ThrowUnlessOk(outcome, endpoint, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendRawDirectAsync(
        string endpoint, ReadOnlyMemory<byte> payload, InvokeOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options ??= InvokeOptions.Default;
        var outcome = await CallAsync(
            endpoint, PooledBytes.CopyOf(payload.Span), options.ContentType, options, oneWay: true, Unlimited, cancellationToken)
            .ConfigureAwait(false);
        ThrowUnlessOk(outcome, endpoint, cancellationToken);
    }
}
