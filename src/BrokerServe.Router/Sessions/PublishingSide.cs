using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Router.Membership;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;

namespace BrokerServe.Router.Sessions;

/// <summary>Everything that is published, on one connection: frames to replicas and announcements, answers with and without confirms.</summary>
internal sealed class PublishingSide(RouterParts parts, Incarnations incarnations, RouterAnnouncer announcer)
{
    private volatile bool _completed;
    private volatile IBrokerConnection? _connection;

    /// <summary>Whether queries and answers leave.</summary>
    public bool IsConnected => parts.Frames.IsConnected;

    /// <summary>Whether the broker has stopped reading what is published here: a memory or disk alarm.</summary>
    public bool IsBlocked => IsConnected && _connection is { IsBlocked: true };

    /// <summary>Works on one connection until it closes, or until everything was published after <see cref="Complete"/>.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="giveUp">Ends the wait for a broker that takes nothing more.</param>
    public async Task RunAsync(ConnectionSession session, CancellationToken giveUp)
    {
        var connection = session.Connection;
        _connection = connection;
        await using var impatience = giveUp.UnsafeRegister(static c => ((IBrokerConnection)c!).Abort(), connection);
        var frames = await connection.OpenPublisherAsync(
            new PublisherOptions(Confirms: false), new GoneQueues(parts.Directory), connection.Closed).ConfigureAwait(false);
        await using (frames.ConfigureAwait(false))
        {
            // What waits was meant for the last connection; whatever became of it, the sync of a new incarnation finds out.
            parts.Frames.Begin();
            incarnations.BeginPublishing();
            parts.Directory.BeginPublishing();
            Task[] loops =
            [
                parts.Frames.RunAsync(frames),
                parts.Desk.AtLeastOnce.RunAsync(connection, connection.Closed),
                parts.Desk.AtMostOnce.RunAsync(connection, connection.Closed),
            ];
            using var searching = CancellationTokenSource.CreateLinkedTokenSource(connection.Closed);
            var search = MissingQueues.SearchAsync(connection, parts.Directory, parts.Clock.Time, searching.Token);
            announcer.Announce();
            await Task.WhenAny(loops).ConfigureAwait(false);
            parts.Directory.EndPublishing();
            await searching.CancelAsync().ConfigureAwait(false);
            if (!_completed)
            {
                connection.Abort(); // A channel that closed alone takes the others with it: their fates belong together.
            }

            await Task.WhenAll([.. loops, search]).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing more will be published: ends the loops once all is out.</summary>
    public void Complete()
    {
        _completed = true;
        parts.Desk.AtLeastOnce.Complete();
        parts.Desk.AtMostOnce.Complete();
        parts.Frames.Complete();
    }

    /// <summary>What comes back says that a replica's queue is gone, and since which query.</summary>
    private sealed class GoneQueues(ReplicaDirectory directory) : IPublisherEvents
    {
        public void OnConfirmed(ulong sequence, bool multiple)
        {
            // These messages are not confirmed.
        }

        public void OnRefused(ulong sequence, bool multiple)
        {
            // Nor refused.
        }

        public void OnReturned(in ReturnedMessage message) => directory.QueueIsGone(message.RoutingKey, FirstTicketOf(message));

        private static Ticket? FirstTicketOf(in ReturnedMessage message)
        {
            // Only a query to a plain replica has an id. Its content type is its producer's, who may say anything.
            if (message.Properties.CorrelationId is { } id)
            {
                return Ticket.TryParseCorrelationId(id, out var plain) ? plain : null;
            }

            return message.Properties.ContentType == ContentTypes.Queries
                && QueryFrameReader.TryOpen(message.Body, out _, out var queries)
                && queries.TryRead(out var first) ? first.Ticket : null;
        }
    }
}
