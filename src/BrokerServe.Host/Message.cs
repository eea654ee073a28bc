namespace BrokerServe.Host;

/// <summary>What an exception says to people.</summary>
internal static class Message
{
    /// <summary>The message alone, without the parameter's name that .NET puts behind it.</summary>
    public static string Of(ArgumentException fault)
    {
        var suffix = $" (Parameter '{fault.ParamName}')";
        return fault.Message.EndsWith(suffix, StringComparison.Ordinal) ? fault.Message[..^suffix.Length] : fault.Message;
    }
}
