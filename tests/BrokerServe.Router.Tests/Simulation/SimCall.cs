namespace BrokerServe.Router.Tests.Simulation;

/// <summary>One call of a producer, from its request to its one outcome.</summary>
internal sealed class SimCall(string id, string endpoint, int priority, bool atMostOnce, long deadlineMs)
{
    private readonly Dictionary<string, int> _runs = []; // By backend.

    public string Id => id;

    public string Endpoint => endpoint;

    public int Priority => priority;

    public bool AtMostOnce => atMostOnce;

    /// <summary>On the world's clock.</summary>
    public long DeadlineMs => deadlineMs;

    /// <summary>How it ended for its producer; null while it goes on.</summary>
    public string? Outcome { get; private set; }

    /// <summary>Replies after the first, which the producer drops by the correlation id.</summary>
    public int Repeats { get; private set; }

    /// <summary>The broker has an answer for it.</summary>
    public bool HasAnswer { get; set; }

    /// <summary>How often the broker delivered the message that it came in.</summary>
    public int Deliveries { get; set; }

    /// <summary>How often a handler began to work on it; shadow copies not counted.</summary>
    public int Runs { get; private set; }

    /// <summary>A handler of a backend begins to work on it.</summary>
    /// <returns>How often that was so: a call that is delivered again may go to another backend, with other attempts.</returns>
    public int BeginAt(string backend)
    {
        Runs++;
        return _runs[backend] = _runs.GetValueOrDefault(backend) + 1;
    }

    public void End(string outcome)
    {
        if (Outcome is null)
        {
            Outcome = outcome;
        }
        else
        {
            Repeats++;
        }
    }

    /// <summary>Its producer's own deadline, when nothing came before.</summary>
    public void Expire() => Outcome ??= "deadline";

    public override string ToString() => id;
}
