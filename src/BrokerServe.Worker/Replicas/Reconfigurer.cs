using System.Threading.Channels;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace BrokerServe.Worker.Replicas;

/// <summary>Calls the author's reconfigure hook: once for each new text, one call at a time, for all replicas of the worker.</summary>
internal sealed class Reconfigurer(string backend, Func<string, CancellationToken, Task>? hook, ILogger logger)
{
    /// <summary>What a worker has before an operator says anything, and again when what was said is taken back.</summary>
    public const string NoText = "";

    // One place: of several texts that came while the hook ran, only the last one matters.
    private readonly Channel<string> _news = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Says what the operator's text is now. Any thread; never blocks. Every router says it to every replica.</summary>
    public void Post(string text) => _news.Writer.TryWrite(text);

    /// <summary>Calls the hook until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var current = NoText;
        try
        {
            await foreach (var text in _news.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                if (text != current && hook is not null)
                {
                    current = text;
                    await ApplyAsync(hook, text, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    private async ValueTask ApplyAsync(Func<string, CancellationToken, Task> apply, string text, CancellationToken stopping)
    {
        try
        {
            await apply(text, stopping).ConfigureAwait(false);
            logger.Reconfigured(backend, text.Length);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The author's code, so anything can come; replicas go on as they were.
            logger.ReconfigureFailed(exception, backend);
        }
    }
}
