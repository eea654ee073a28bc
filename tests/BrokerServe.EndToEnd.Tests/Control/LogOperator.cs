using BrokerServe.Protocol;
using BrokerServe.Protocol.Control;
using BrokerServe.Router.Configuration;
using BrokerServe.Router.ControlLog;
using BrokerServe.Router.Routing;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests.Control;

/// <summary>Somebody who changes the control log, as the commands do: checked first, then written and read back.</summary>
internal sealed class LogOperator(IBroker broker, string prefix, string name = "operator", TimeSpan? patience = null) : IAsyncDisposable
{
    private readonly ControlAuthor _author = new(broker, new ObjectNames(prefix), name, TimeProvider.System);

    public Task<ControlState> ReadAsync() => _author.ReadAsync(default).WaitAsync(patience ?? ServingSystem.Patience);

    /// <summary>Makes a change; returns the version that it made.</summary>
    public async Task<long> ChangeAsync(params Func<IRouterControl, ControlResult>[] steps) => (await TryChangeAsync(
        draft =>
        {
            foreach (var step in steps)
            {
                Assert.Empty(step(draft.Control).Errors);
            }
        }))!.Version;

    /// <summary>Says what a replica is to do.</summary>
    public Task DrainAsync(string replica, bool drained) =>
        TryChangeAsync(draft => draft.Set(ControlKey.Replica(replica), drained ? DrainDocument.Drained : null));

    /// <summary>Makes a change once; null when there is nothing to do.</summary>
    public Task<ControlOutcome?> TryChangeAsync(Action<ControlDraft> make) => _author.ChangeAsync(
        state =>
        {
            var draft = new ControlDraft(state, new RouterOptions { Prefix = prefix });
            make(draft);
            return draft.ToEdits();
        },
        new ControlChange("", []) { Author = name },
        default).WaitAsync(patience ?? ServingSystem.Patience);

    public ValueTask DisposeAsync() => _author.DisposeAsync();

    /// <summary>Shares, as they are written.</summary>
    public static Dictionary<string, double> Shares(params (string Backend, double Share)[] shares) => shares.ToDictionary(s => s.Backend, s => s.Share);
}
