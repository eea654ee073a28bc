using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using BrokerServe.Transport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace BrokerServe.RabbitMq;

/// <summary>Turns what RabbitMQ and its client say into a fault and one line that an operator can act on.</summary>
internal static class Refusals
{
    private const ushort ConnectionForced = 320;
    private const ushort AccessRefused = 403;
    private const ushort NotFound = 404;
    private const ushort ResourceLocked = 405;
    private const ushort PreconditionFailed = 406;
    private const ushort ResourceError = 506;
    private const ushort NotAllowed = 530;

    // What is said of a thing that does not exist. Of a queue that exists, the same code says that its node is down or that it has crashed.
    private const string Absent = "NOT_FOUND - no ";

    /// <summary>True for exceptions that mean no more than: the channel or the connection has ended.</summary>
    public static bool IsEnd(Exception exception) =>
        exception is OperationInterruptedException or ObjectDisposedException or ChannelClosedException or IOException or SocketException
            or OperationCanceledException;

    /// <summary>The reason why an operation failed.</summary>
    /// <param name="exception">What the client library threw.</param>
    /// <param name="what">What was tried, such as <c>Declaring queue 'a'</c>.</param>
    /// <param name="end">The end of its connection.</param>
    public static BrokerException Of(Exception exception, string what, ConnectionEnd end) => exception switch
    {
        BrokerException already => already,
        OperationInterruptedException { ShutdownReason: { Initiator: ShutdownInitiator.Peer } reason } => Of(reason, what, exception),
        ChannelAllocationException => new BrokerException(
            BrokerFault.LimitReached, $"{what} failed: the connection has no channel left; raise channel_max in the broker's settings.", exception),
        _ when IsEnd(exception) => end.Failure(what, exception),
        _ => new BrokerException(BrokerFault.Other, $"{what} failed: {OneLine(exception.Message)}", exception),
    };

    /// <summary>The reason why the broker closed a channel, or a connection under it.</summary>
    public static BrokerException Of(ShutdownEventArgs reason, string what, Exception? inner = null)
    {
        var said = OneLine(reason.ReplyText);
        var (fault, advice) = Judge(reason.ReplyCode, said);
        return new BrokerException(fault, $"{what} failed: {advice} The broker says: {reason.ReplyCode} {said}", inner);
    }

    /// <summary>True when the broker said that the thing does not exist, rather than that it cannot be reached.</summary>
    public static bool IsAbsence(BrokerException exception) =>
        exception is { Fault: BrokerFault.NotFound, InnerException: OperationInterruptedException { ShutdownReason: { ReplyCode: NotFound } reason } }
        && reason.ReplyText.StartsWith(Absent, StringComparison.Ordinal);

    /// <summary>The reason why a connection ended.</summary>
    /// <param name="reason">What the client library says.</param>
    /// <param name="which">The beginning of the sentence: <c>The connection 'a' to host:5672</c>.</param>
    public static BrokerException OfLoss(ShutdownEventArgs reason, string which)
    {
        if (reason.Initiator != ShutdownInitiator.Peer)
        {
            var cause = OneLine(reason.Exception?.Message ?? reason.ReplyText);
            return new BrokerException(BrokerFault.Unreachable, $"{which} was lost: {cause}", reason.Exception);
        }

        var said = OneLine(reason.ReplyText);
        var (fault, advice) = Judge(reason.ReplyCode, said);
        return new BrokerException(fault, $"{which} was closed: {advice} The broker says: {reason.ReplyCode} {said}");
    }

    /// <summary>The reason why a connection could not be opened.</summary>
    public static BrokerException OfConnecting(Exception exception, string node)
    {
        var what = $"Connecting to {node}";
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case AuthenticationFailureException:
                    return new BrokerException(
                        BrokerFault.LoginRefused, $"{node} refused the login: check user and password of the broker URI.", exception);
                case AuthenticationException:
                    return new BrokerException(
                        BrokerFault.LoginRefused, $"{what} failed: no TLS with this peer: {OneLine(e.Message)}", exception);
                case OperationInterruptedException { ShutdownReason: { Initiator: ShutdownInitiator.Peer } reason }:
                    return Of(reason, what, exception);
                case SocketException:
                    return new BrokerException(
                        BrokerFault.Unreachable, $"{what} failed: {OneLine(e.Message)}. Is the broker running, and is the address right?", exception);
                case TimeoutException or OperationCanceledException:
                    return new BrokerException(BrokerFault.Unreachable, $"{what} failed: it did not answer in time.", exception);
                case EndOfStreamException:
                    return new BrokerException(
                        BrokerFault.Unreachable, $"{what} failed: it hung up during the login. Is it starting, or is TLS meant?", exception);
                case ConnectFailureException:
                    // The client calls it a violation of the protocol when nobody listens; the reason is inside.
                    break;
                case ProtocolViolationException or PacketNotRecognizedException:
                    return new BrokerException(
                        BrokerFault.Unreachable, $"{what} failed: what answers there does not speak AMQP 0-9-1. Is TLS meant?", exception);
            }
        }

        return new BrokerException(BrokerFault.Unreachable, $"{what} failed: {OneLine(exception.GetBaseException().Message)}", exception);
    }

    private static (BrokerFault Fault, string Advice) Judge(ushort code, string said) => code switch
    {
        // Brokers say limits with whatever code is at hand; the words are the same from 3.10 to 4.x.
        _ when said.Contains("is reached", StringComparison.Ordinal) || said.Contains("has reached", StringComparison.Ordinal) =>
            (BrokerFault.LimitReached, "a limit of the broker was reached; raise it, or use less."),
        ConnectionForced => (BrokerFault.Unreachable, "the broker, or its operator, closes connections; connect again."),
        AccessRefused => (BrokerFault.AccessDenied, "the user lacks a permission; grant it, or use another user."),
        NotFound when said.StartsWith(Absent, StringComparison.Ordinal) =>
            (BrokerFault.NotFound, "it does not exist; declare it first."),
        NotFound => (BrokerFault.NotFound, "it exists, but cannot be reached now; try again when its node is well."),
        ResourceLocked => (BrokerFault.Locked, "it is exclusive to another connection; use another name."),
        PreconditionFailed when said.Contains("inequivalent", StringComparison.Ordinal) =>
            (BrokerFault.TopologyMismatch, "it exists with another type or other arguments; migrate or delete it, or ask for what it is."),
        PreconditionFailed when said.Contains("invalid arg", StringComparison.Ordinal) =>
            (BrokerFault.TopologyMismatch, "it exists, but as another type of queue; migrate or delete it, or read it as what it is."),
        ResourceError => (BrokerFault.LimitReached, "the broker lacks a resource for it."),
        NotAllowed when said.Contains("not found", StringComparison.Ordinal) =>
            (BrokerFault.NotFound, "there is no such virtual host; create it, or correct the broker URI."),
        NotAllowed when said.Contains("is down", StringComparison.Ordinal) =>
            (BrokerFault.Unreachable, "the virtual host is down; try again."),
        NotAllowed when said.Contains("access to vhost", StringComparison.Ordinal) =>
            (BrokerFault.AccessDenied, "the user may not enter this virtual host; grant a permission, or correct the broker URI."),
        _ => (BrokerFault.Other, "the broker refused it."),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
