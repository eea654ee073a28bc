namespace BrokerServe.Router.Routing;

/// <summary>How a change of the routing state ended. A refused change changes nothing. Immutable.</summary>
public sealed record ControlResult
{
    private ControlResult(bool changed, IReadOnlyList<string> errors)
    {
        Changed = changed;
        Errors = errors;
    }

    /// <summary>Whether what was asked for is now in force.</summary>
    public bool Succeeded => Errors.Count == 0;

    /// <summary>Whether anything is different from before. False also when it was already as asked.</summary>
    public bool Changed { get; }

    /// <summary>Everything that is wrong, one sentence each, beginning with the place of the setting. Empty when it succeeded.</summary>
    public IReadOnlyList<string> Errors { get; }

    internal static ControlResult Done { get; } = new(changed: true, []);

    internal static ControlResult AlreadySo { get; } = new(changed: false, []);

    internal static ControlResult Refused(params IReadOnlyList<string> errors) => new(changed: false, errors);
}
