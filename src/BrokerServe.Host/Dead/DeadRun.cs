using System.Text;
using System.Text.Json;
using BrokerServe.Client;
using BrokerServe.Protocol;
using BrokerServe.Transport;

namespace BrokerServe.Host.Dead;

/// <summary>Does what <c>brokerserve dead</c> was asked to.</summary>
internal sealed class DeadRun(IBroker broker, string prefix, int limit, bool json, TextWriter output, TextWriter error)
{
    public Task<int> ListAsync() => WithAsync((queue, _) =>
    {
        Print(queue.Messages, whole: false);
        return Task.FromResult(ExitCodes.Ok);
    });

    public Task<int> ShowAsync(string id) => WithAsync((queue, _) =>
    {
        var found = Find(queue, [id], all: false);
        Print(found, whole: true);
        return Task.FromResult(found.Count > 0 ? ExitCodes.Ok : ExitCodes.Failed);
    });

    public Task<int> DropAsync(string[] ids, bool all) => WithAsync(async (queue, _) =>
    {
        var found = Find(queue, ids, all);
        foreach (var message in found)
        {
            await queue.RemoveAsync(message);
        }

        Print(found, whole: false);
        return HasAll(found, ids) ? ExitCodes.Ok : ExitCodes.Failed;
    });

    /// <summary>Calls again; a message leaves the queue once its call was answered, or has left a new copy.</summary>
    public Task<int> ReplayAsync(string[] ids, bool all, TimeSpan timeout) => WithAsync(async (queue, cancellationToken) =>
    {
        var found = Find(queue, ids, all);
        List<DeadMessage> done = [];
        foreach (var message in found)
        {
            if (await ReplayAsync(message, timeout, cancellationToken))
            {
                await queue.RemoveAsync(message);
                done.Add(message);
            }
        }

        Print(done, whole: false);
        return HasAll(found, ids) && done.Count == found.Count ? ExitCodes.Ok : ExitCodes.Failed;
    });

    private async Task<bool> ReplayAsync(DeadMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!message.IsCopy)
        {
            await error.WriteLineAsync($"{message.Id}: {ReplyStatus.BadRequest.Name()}: It says why a request failed and does not hold it; it stays.");
            return false;
        }

        try
        {
            // One client for each: the application's id is half of the idempotency key.
            await using var client = await BrokerServeClient.ConnectAsync(
                broker,
                new BrokerServeClientOptions { Name = "dead", AppId = message.Properties.AppId, Prefix = prefix, CoalesceRequests = false },
                cancellationToken: cancellationToken);
            await client.InvokeRawAsync(message.Endpoint, message.Body, message.CallOptions(timeout), cancellationToken);
            return true;
        }
        catch (BrokerServeException failure)
        {
            var renewed = failure.Status == ReplyStatus.ReplicaLost;
            await error.WriteLineAsync($"{message.Id}: {failure.Message}{(renewed ? " A new copy is in its place." : " It stays.")}");
            if (renewed)
            {
                return await HasNewCopyAsync(message, cancellationToken);
            }

            return false;
        }
    }

    // The router says so before it answers; at-most-once endpoints and refused copies leave none, and then the old one stays.
    private async Task<bool> HasNewCopyAsync(DeadMessage message, CancellationToken cancellationToken)
    {
        await using var others = await DeadQueue.OpenAsync(broker, new ObjectNames(prefix).Dead, limit, cancellationToken);
        return others.Messages.Exists(other => other.IsCopy && other.Endpoint == message.Endpoint && other.Properties.MessageId == message.Properties.MessageId
            && other.Body.AsSpan().SequenceEqual(message.Body));
    }

    private async Task<int> WithAsync(Func<DeadQueue, CancellationToken, Task<int>> act)
    {
        using var interruption = new Interruption();
        try
        {
            await using var queue = await DeadQueue.OpenAsync(broker, new ObjectNames(prefix).Dead, limit, interruption.Token);
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

    private List<DeadMessage> Find(DeadQueue queue, string[] ids, bool all)
    {
        foreach (var id in ids.Where(id => !queue.Messages.Exists(message => message.Id == id)))
        {
            error.WriteLine($"{id}: not among the oldest {queue.Messages.Count} messages. See: brokerserve dead list --limit N");
        }

        return all ? queue.Messages : queue.Messages.FindAll(message => ids.Contains(message.Id, StringComparer.Ordinal));
    }

    private static bool HasAll(List<DeadMessage> found, string[] ids) => Array.TrueForAll(ids, id => found.Exists(message => message.Id == id));

    private void Print(List<DeadMessage> messages, bool whole)
    {
        if (!json && !whole)
        {
            messages.ForEach(message => output.WriteLine(message.Line()));
            return;
        }

        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written, new JsonWriterOptions { Indented = !json }))
        {
            writer.WriteStartArray();
            messages.ForEach(message => message.Write(writer, whole));
            writer.WriteEndArray();
        }

        output.WriteLine(Encoding.UTF8.GetString(written.ToArray()));
    }
}
