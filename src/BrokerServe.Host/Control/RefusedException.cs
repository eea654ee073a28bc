namespace BrokerServe.Host.Control;

/// <summary>What was asked for cannot be: nothing was written, and these are the reasons.</summary>
internal sealed class RefusedException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors))
{
    public IReadOnlyList<string> Errors => errors;

    /// <summary>Throws when there is a reason to.</summary>
    public static void ThrowIfAny(IReadOnlyList<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new RefusedException(errors);
        }
    }
}
