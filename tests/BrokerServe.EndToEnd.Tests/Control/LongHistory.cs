using System.Globalization;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.ControlLog;
using BrokerServe.Transport;

namespace BrokerServe.EndToEnd.Tests.Control;

/// <summary>Many changes that nobody waits for one by one.</summary>
internal static class LongHistory
{
    private const int Backends = 100;
    private const int Unconfirmed = 256;

    /// <summary>Appends changes of a hundred backends, on top of what is there.</summary>
    /// <returns>What the log comes to.</returns>
    public static async Task<ControlState> WriteAsync(IBroker broker, string prefix, int changes)
    {
        var names = new ObjectNames(prefix);
        await using var connection = await broker.ConnectAsync("history", default);
        var session = await ControlSession.OpenAsync(connection, names, known: null, TimeProvider.System, default);
        await using (session)
        {
            var state = session.State;
            var open = new Queue<Task>();
            for (var n = 0; n < changes; n++)
            {
                var key = ControlKey.Backend($"b{n % Backends}");
                var value = string.Create(CultureInfo.InvariantCulture, $$"""{"MaxConcurrentQueries":{{1 + (n % 1_000)}},"MaxQueuedQueries":{{1 + (n % 60_000)}}}""");
                var change = new ControlChange(ControlIds.Draw(), [new(key.Kind, key.Name, state.VersionOf(key), value)]) { Author = "history" };
                open.Enqueue(session.AppendAsync(change, default));
                state = state.Apply(state.Offset + 1, change, tail: 0, out _); // Offsets are the broker's; versions are what counts here.
                if (open.Count == Unconfirmed)
                {
                    await open.Dequeue();
                }
            }

            await Task.WhenAll(open);
            while (session.State.Version < state.Version)
            {
                await session.ReadAsync(default).AsTask().WaitAsync(ServingSystem.Patience);
            }

            return session.State;
        }
    }

    /// <summary>Writes a snapshot of everything, as a router does.</summary>
    public static async Task<ControlState> SnapshotAsync(IBroker broker, string prefix)
    {
        await using var connection = await broker.ConnectAsync("snapshot", default);
        var session = await ControlSession.OpenAsync(connection, new ObjectNames(prefix), known: null, TimeProvider.System, default);
        await using (session)
        {
            await session.WriteSnapshotAsync(session.State, default);
            return session.State;
        }
    }
}
