using BrokerServe.Transport;

namespace BrokerServe.RabbitMq;

/// <summary>How to reach and to use a RabbitMQ node or cluster.</summary>
/// <remarks>
/// Read once, by the constructor of <see cref="RabbitMqBroker"/>; later changes have no effect. The files that are named here and in
/// <see cref="Tls"/> are read anew for each connection, so that passwords and certificates can change while a process runs.
/// </remarks>
public sealed class RabbitMqOptions
{
    /// <summary>The least and the most that <see cref="Heartbeat"/> may be.</summary>
    internal static readonly (TimeSpan Least, TimeSpan Most) HeartbeatRange = (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));

    /// <summary>The least and the most that <see cref="OperationTimeout"/> may be.</summary>
    internal static readonly (TimeSpan Least, TimeSpan Most) OperationTimeoutRange = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));

    /// <summary>Where the broker is and who logs in: <c>amqp://user:password@host:port/vhost</c>, or <c>amqps</c> for TLS.</summary>
    /// <value>
    /// Several nodes of one cluster are named with commas: <c>amqp://user:password@one,two:5673/vhost</c>; each attempt to connect begins with
    /// another one of them. Default <c>amqp://localhost</c>, which is port 5672 (5671 with <c>amqps</c>), virtual host <c>/</c>, user and
    /// password <c>guest</c>. User, password and virtual host are percent-decoded. Holds a secret: never log it, and log
    /// <see cref="RabbitMqBroker.DisplayName"/> instead.
    /// </value>
    public string Uri { get; set; } = "amqp://localhost";

    /// <summary>A file with the login, <c>user:password</c> in one line, instead of the one in <see cref="Uri"/>.</summary>
    /// <value>
    /// Default null: the URI's. Read for each connection: give the broker the new password, or another user, then write the file; connections
    /// that are open stay, and each new one uses what the file says then. Write it in one move (a rename), as secret stores do.
    /// </value>
    public string? CredentialsFile { get; set; }

    /// <summary>How often the two sides of an idle connection say that they live.</summary>
    /// <value>1 s to 10 min. Default 10 s: a peer that vanished without a word is noticed after three to four of them, and below 5 s a
    /// busy broker is taken for a dead one. The broker may ask for less.</value>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long any one operation may take: connecting to one node, declaring, opening a channel, handing a message to the socket.</summary>
    /// <value>100 ms to 10 min. Default 10 s: elections in a cluster take a few seconds.</value>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What one message may measure.</summary>
    /// <value>Default null: what the server's version takes, 16 MiB with RabbitMQ 4.x and 128 MiB with 3.x, less one byte each; the former until
    /// the first connection. Say it when the broker's <c>max_message_size</c> is not the default; a broker closes the channel over what is
    /// larger. Bodies of 1 byte or more, headers of 1 to 65,536 bytes: half of the largest frame.</value>
    public BrokerLimits? Limits { get; set; }

    /// <summary>How to check the broker's certificate and to show one's own; in force with <c>amqps</c>.</summary>
    public RabbitMqTlsOptions Tls { get; } = new();
}
