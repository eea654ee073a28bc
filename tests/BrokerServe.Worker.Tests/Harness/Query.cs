using System.Text;

namespace BrokerServe.Worker.Tests.Harness;

/// <summary>A query as a scripted router sends it.</summary>
internal sealed record Query(ulong Ticket)
{
    public string? Method { get; init; }

    public byte[] Payload { get; init; } = Encoding.UTF8.GetBytes($"payload {Ticket}");

    public string? ContentType { get; init; }

    public long TimeLeftMs { get; init; } = 30_000;

    /// <summary>Where the absolute deadline is, from now; null: where <see cref="TimeLeftMs"/> ends.</summary>
    public long? DeadlineInMs { get; init; }

    public int Attempt { get; init; } = 1;

    public string? TraceParent { get; init; }

    /// <summary>Empty: not said. Each query is a request of its own unless the test says otherwise.</summary>
    public string MessageId { get; init; } = $"message-{Ticket}";

    /// <summary>Empty: not said.</summary>
    public string AppId { get; init; } = "tests";

    public KeyValuePair<string, string>[] Metadata { get; init; } = [];
}
