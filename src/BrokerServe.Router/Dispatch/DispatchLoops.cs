using System.Collections.Frozen;
using BrokerServe.Protocol;
using BrokerServe.Router.Ingress;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Dispatch;

/// <summary>The dispatch loops of the router, by backend and by number.</summary>
/// <remarks>
/// Written by the routing observer alone, one change at a time; read by anyone without a lock. A loop whose backend was removed stays
/// under its number, so that late replies find it, until its slots are vacated; then its number and its slot table, with all
/// generations, may serve another backend.
/// </remarks>
internal sealed class DispatchLoops(Func<BackendModel, SlotTable, DispatchLoop> create)
{
    private readonly DispatchLoop?[] _byNumber = new DispatchLoop?[Ticket.MaxLoops];
    private readonly List<(DispatchLoop Loop, Task Running)> _retired = [];
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);
    private volatile FrozenDictionary<string, DispatchLoop> _byBackend = FrozenDictionary<string, DispatchLoop>.Empty;
    private int _numbers; // Numbers that were ever given out.

    /// <summary>Every loop of a backend that exists.</summary>
    public IReadOnlyCollection<DispatchLoop> All => _byBackend.Values;

    /// <summary>The loop of a backend, or null.</summary>
    public DispatchLoop? Of(string backend) => _byBackend.GetValueOrDefault(backend);

    /// <summary>The loop that a ticket names, or null for an invented one.</summary>
    public DispatchLoop? Of(Ticket ticket) => Volatile.Read(ref _byNumber[ticket.Loop]);

    /// <summary>Starts a loop for a backend.</summary>
    /// <exception cref="InvalidOperationException">There are 4,096 backends already: as many as a ticket can name.</exception>
    public DispatchLoop Add(BackendModel backend)
    {
        var loop = create(backend, TakeSlots());
        Volatile.Write(ref _byNumber[loop.Number], loop);
        _running[backend.Name] = loop.RunAsync();
        _byBackend = _byBackend.Append(new(backend.Name, loop)).ToFrozenDictionary(StringComparer.Ordinal);
        return loop;
    }

    /// <summary>Retires a backend's loop: nothing new finds it, and it ends what is in flight.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="tell">What becomes of what waits.</param>
    public void Remove(string backend, Action<BackendDispatcher> tell)
    {
        if (Of(backend) is not { } loop || !_running.Remove(backend, out var running))
        {
            return;
        }

        _byBackend = _byBackend.Where(e => e.Key != backend).ToFrozenDictionary(StringComparer.Ordinal);
        _retired.Add((loop, running));
        loop.Post(new ControlMail(tell));
    }

    /// <summary>Tells every loop, retired ones included.</summary>
    public void Post(Action<BackendDispatcher> tell) => Post(tell, delivery: null);

    /// <summary>Tells every loop, retired ones included, of something that came as a message; each counts as a member of it.</summary>
    public void Post(Action<BackendDispatcher> tell, PendingDelivery? delivery)
    {
        for (var number = 0; number < Volatile.Read(ref _numbers); number++)
        {
            if (Volatile.Read(ref _byNumber[number]) is { } loop)
            {
                delivery?.AddMember();
                loop.Post(delivery is null ? new ControlMail(tell) : new SettlingMail(tell, delivery));
            }
        }
    }

    /// <summary>Lets time pass for every loop, retired ones included.</summary>
    public void Tick()
    {
        for (var number = 0; number < Volatile.Read(ref _numbers); number++)
        {
            Volatile.Read(ref _byNumber[number])?.Tick();
        }
    }

    /// <summary>Looks for a loop, retired ones included, that has mail to look at; null when none has.</summary>
    public DispatchLoop? FindBusy(ref long sleeps)
    {
        DispatchLoop? busy = null;
        for (var number = 0; number < Volatile.Read(ref _numbers); number++)
        {
            if (Volatile.Read(ref _byNumber[number]) is { } loop && !loop.IsQuiet(ref sleeps))
            {
                busy ??= loop;
            }
        }

        return busy;
    }

    /// <summary>Ends all loops once their mail is done.</summary>
    public async Task CompleteAsync()
    {
        var all = _running.Values.Concat(_retired.Select(r => r.Running)).ToArray();
        for (var number = 0; number < _numbers; number++)
        {
            _byNumber[number]?.Complete();
        }

        await Task.WhenAll(all).ConfigureAwait(false);
    }

    private SlotTable TakeSlots()
    {
        // Two steps, so that a table never has two owners: a vacant loop is ended, and one that has ended leaves its table.
        foreach (var (loop, _) in _retired)
        {
            if (loop.IsVacant)
            {
                Volatile.Write(ref _byNumber[loop.Number], null);
                loop.Complete();
            }
        }

        if (_retired.FindIndex(r => r.Running.IsCompleted) is >= 0 and var index)
        {
            var slots = _retired[index].Loop.Slots;
            _retired.RemoveAt(index);
            return slots;
        }

        if (_numbers == Ticket.MaxLoops)
        {
            throw new InvalidOperationException(
                $"There are {Ticket.MaxLoops} backends, removed ones with queries in flight included: as many as a router can name.");
        }

        return new SlotTable(_numbers++);
    }
}
