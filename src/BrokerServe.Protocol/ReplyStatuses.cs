namespace BrokerServe.Protocol;

/// <summary>Names, fault and safety of a retry for every <see cref="ReplyStatus"/>.</summary>
public static class ReplyStatuses
{
    /// <summary>The name on the wire, such as <c>deadline_exceeded</c>.</summary>
    public static string Name(this ReplyStatus status) => throw new NotImplementedException();

    /// <summary>Whose turn it is.</summary>
    public static Fault FaultOf(this ReplyStatus status) => throw new NotImplementedException();

    /// <summary>Whether the same call may sensibly and safely be made again.</summary>
    public static bool IsRetryable(this ReplyStatus status) => throw new NotImplementedException();

    /// <summary>Finds a status by its name on the wire.</summary>
    public static bool TryParse(string? name, out ReplyStatus status) => throw new NotImplementedException();
}
