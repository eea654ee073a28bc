using System.Text;
using System.Text.Json;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>Does what <c>brokerserve dead</c> was asked to.</summary>
internal sealed class DeadRun(IBroker broker, string prefix, int limit, bool json, TextWriter output, TextWriter error)
{
    private readonly ObjectNames _names = new(prefix);

    public Task<int> ListAsync() => WithAsync(static _ => false, (queue, _) =>
    {
        Print(queue.Messages, whole: false);
        return Task.FromResult(ExitCodes.Ok);
    });

    public Task<int> ShowAsync(string id) => WithAsync(other => other == id, (queue, _) =>
    {
        var found = Find(queue.Messages, [id], all: false);
        Print(found, whole: true);
        return Task.FromResult(found.Count > 0 ? ExitCodes.Ok : ExitCodes.Failed);
    });

    public Task<int> DropAsync(string[] ids, bool all) => WithAsync(static _ => false, async (queue, interrupted) =>
    {
        var found = Find(queue.Messages, ids, all);
        foreach (var message in found)
        {
            await queue.RemoveAsync(message);
        }

        if (!await queue.ReleaseAsync(interrupted))
        {
            await error.WriteLineAsync($"{ReplyStatus.Unavailable.Name()}: The broker let go of the messages; some of these may still be there.");
            return ExitCodes.Failed;
        }

        Print(found, whole: false);
        return HasAll(found, ids) ? ExitCodes.Ok : ExitCodes.Failed;
    });

    /// <summary>Calls again; a message leaves the queue once its call was answered, or has left a new copy.</summary>
    public Task<int> ReplayAsync(string[] ids, bool all, TimeSpan timeout) => WithAsync(id => all || ids.Contains(id), async (queue, interrupted) =>
    {
        var found = Find(queue.Messages, ids, all);
        var done = await new DeadReplay(broker, _names, limit, timeout, error).RunAsync(queue, found, interrupted);
        Print(done, whole: false);
        return HasAll(found, ids) && done.Count == found.Count ? ExitCodes.Ok : ExitCodes.Failed;
    });

    private async Task<int> WithAsync(Predicate<string> wanted, Func<DeadQueue, CancellationToken, Task<int>> act)
    {
        using var interruption = new Interruption();
        try
        {
            await using var queue = await DeadQueue.OpenAsync(broker, _names.Dead, limit, wanted, interruption.Token);
            return await act(queue, interruption.Token);
        }
        catch (BrokerException fault)
        {
            await error.WriteLineAsync($"{ReplyStatus.Unavailable.Name()}: {fault.Message}");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            await error.WriteLineAsync($"{ReplyStatus.Cancelled.Name()}: What was not taken out is still there.");
            return ExitCodes.Failed;
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(Message.Of(fault));
        }
    }

    private List<DeadMessage> Find(List<DeadMessage> held, string[] ids, bool all)
    {
        foreach (var id in ids.Where(id => !held.Exists(message => message.Id == id)))
        {
            error.WriteLine($"{id}: not among the oldest {held.Count} messages. See: brokerserve dead list --limit N");
        }

        return all ? [.. held] : held.FindAll(message => ids.Contains(message.Id, StringComparer.Ordinal));
    }

    private static bool HasAll(List<DeadMessage> found, string[] ids) => Array.TrueForAll(ids, id => found.Exists(message => message.Id == id));

    private void Print(IReadOnlyCollection<DeadMessage> messages, bool whole)
    {
        if (!json && !whole)
        {
            foreach (var message in messages)
            {
                output.WriteLine(message.Line());
            }

            return;
        }

        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written, new JsonWriterOptions { Indented = !json }))
        {
            writer.WriteStartArray();
            foreach (var message in messages)
            {
                message.Write(writer, whole);
            }

            writer.WriteEndArray();
        }

        output.WriteLine(Encoding.UTF8.GetString(written.ToArray()));
    }
}
