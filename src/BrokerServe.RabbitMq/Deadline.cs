using System.Threading.Channels;
using BrokerServe.Transport;
using RabbitMQ.Client.Exceptions;

namespace BrokerServe.RabbitMq;

/// <summary>Ends an operation of the client library in time, whatever the library does.</summary>
internal static class Deadline
{
    /// <summary>Runs one operation.</summary>
    /// <param name="what">What is tried, for the message: <c>Declaring queue 'a'</c>.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="end">The end of the connection.</param>
    /// <param name="operation">
    /// The operation; its token fires at the limit, at the <paramref name="end"/> and on <paramref name="cancellationToken"/>.
    /// </param>
    /// <param name="cancellationToken">The caller's own.</param>
    /// <exception cref="BrokerException">It was refused, took too long, or the connection ended.</exception>
    public static async Task<T> RunAsync<T>(
        string what, TimeSpan limit, ConnectionEnd end, Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        source.CancelAfter(limit);
        var running = operation(source.Token);
        try
        {
            // The library waits in places where it has no token (rabbitmq-dotnet-client 1930, 1971); those waits are left behind.
            return await running.WaitAsync(source.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            Leave(running);
            cancellationToken.ThrowIfCancellationRequested();
            throw end.Token.IsCancellationRequested
                ? end.Failure(what, e)
                : new BrokerException(BrokerFault.TimedOut, $"{what} failed: the broker did not answer within {limit.TotalSeconds:0.#} s.", e);
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException or ObjectDisposedException or ChannelClosedException
            or TimeoutException or InvalidOperationException or NotSupportedException)
        {
            throw Refusals.Of(e, what, end);
        }
    }

    /// <summary>Leaves a task of the library's behind; how it ends is nobody's business, not even that of a handler for unobserved exceptions.</summary>
    public static void Leave(Task task) => task.ContinueWith(
        static left => _ = left.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
