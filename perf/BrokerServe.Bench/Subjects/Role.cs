namespace BrokerServe.Bench.Subjects;

/// <summary>What a process is to a run; processor time and bytes are told apart by it.</summary>
internal enum Role
{
    /// <summary>Sends requests and takes their replies.</summary>
    Load,

    /// <summary>Stands between load and workers: a relay, or a router.</summary>
    Middle,

    /// <summary>Answers.</summary>
    Workers,

    /// <summary>RabbitMQ.</summary>
    Broker,
}
