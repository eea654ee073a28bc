using System.Globalization;
using BrokerServe.Host.Status;
using BrokerServe.Protocol;
using BrokerServe.RabbitMq;
using BrokerServe.Transport;

namespace BrokerServe.Host.Doctor;

/// <summary>What AMQP alone can say: whether one may connect and declare, what the server is, and what lies in our own queues.</summary>
internal sealed class BrokerExam(IBroker broker, ObjectNames names, Examination found)
{
    private static readonly Version Oldest = new(3, 10);

    /// <summary>Looks; false when there is no connection to look over.</summary>
    public async Task<bool> LookAsync(CancellationToken cancellation)
    {
        IBrokerConnection connection;
        try
        {
            connection = await broker.ConnectAsync("doctor", cancellation);
        }
        catch (BrokerException failure)
        {
            Refused(failure);
            return false;
        }

        await using (connection)
        {
            found.Approve($"connected to {broker.DisplayName}");
            LookAtVersion();
            await TryRightsAsync(connection, cancellation);
            await LookAtLeftoversAsync(connection, cancellation);
            return true;
        }
    }

    private void Refused(BrokerException failure) => found.Add(
        Severity.Error,
        failure.Fault == BrokerFault.LoginRefused ? "login" : failure.Fault == BrokerFault.AccessDenied ? "permissions" : "unreachable",
        $"broker {broker.DisplayName}",
        failure.Message,
        failure.Fault switch
        {
            BrokerFault.LoginRefused => "Correct user and password in --broker, or the user at the broker: rabbitmqctl list_users.",
            BrokerFault.AccessDenied => "Give the user the virtual host: rabbitmqctl set_permissions -p VHOST USER CONFIGURE WRITE READ.",
            _ => "Is the broker running, and is the address right? Its log says more: rabbitmq-diagnostics status.",
        });

    private void LookAtVersion()
    {
        if ((broker as RabbitMqBroker)?.ServerVersion is not { } said)
        {
            return;
        }

        if (!Version.TryParse(said.Split('-', '+')[0], out var version))
        {
            found.Add(Severity.Note, "version", "broker", $"It calls its version '{said}', which says nothing.");
        }
        else if (version < Oldest)
        {
            found.Add(Severity.Error, "version", "broker", $"It is RabbitMQ {said}; BrokerServe is tried on {Oldest} and later.", "Upgrade it.");
        }
        else
        {
            found.Approve($"RabbitMQ {said}");
        }
    }

    /// <summary>Tries what every party does: to declare a queue of its own, to bind it, to consume it.</summary>
    private async Task TryRightsAsync(IBrokerConnection connection, CancellationToken cancellation)
    {
        var queue = names.OperatorQueue(Guid.NewGuid().ToString("N"));
        var doing = "configure";
        try
        {
            await connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, cancellation);
            if (await connection.ExchangeExistsAsync(names.Reports, cancellation))
            {
                doing = "write to a queue of its own, or read from an exchange";
                await connection.BindAsync(queue, names.Reports, "", cancellation);
            }

            doing = "read";
            await using var consumer = await connection.OpenConsumerAsync(new ConsumerOptions(queue, 1), cancellation);
            await consumer.StartAsync(new Deaf(), cancellation);
            found.Approve($"this user may declare, bind and consume {names.Prefix}.operator.*");
        }
        catch (BrokerException refusal) when (refusal.Fault == BrokerFault.AccessDenied)
        {
            found.Add(
                Severity.Error, "permissions", $"queue {queue}", $"This user may not {doing}: {refusal.Message}",
                "PROTOCOL.md, section Objects at the broker, has every name that permissions must allow; rabbitmqctl list_user_permissions USER shows them.");
        }
    }

    private async Task LookAtLeftoversAsync(IBrokerConnection connection, CancellationToken cancellation)
    {
        await LookAtAsync(
            connection, names.Dead, "dead", "messages lie there: requests that were given up on, and why requests failed that nobody waited for",
            "See 'brokerserve dead list' and 'show'; then call them again with 'brokerserve dead replay', or take them out with 'brokerserve dead drop'.",
            cancellation);
        await LookAtAsync(
            connection, names.Unroutable, "unroutable", "requests to endpoints that nobody knows wait there for a router to refuse them",
            "A router that runs refuses them at once: see what else is wrong.", cancellation);
    }

    private async Task LookAtAsync(
        IBrokerConnection connection, string queue, string code, string what, string remedy, CancellationToken cancellation)
    {
        try
        {
            if (await connection.InspectQueueAsync(queue, cancellation) is { Ready: > 0 and var count })
            {
                found.Add(Severity.Warning, code, $"queue {queue}", string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}."), remedy);
            }
        }
        catch (BrokerException refusal)
        {
            found.Add(Severity.Warning, "permissions", $"queue {queue}", $"It cannot be looked at: {refusal.Message}", "Give this user a right to it.");
        }
    }

    private sealed class Deaf : IDeliveryHandler
    {
        public void OnDelivery(in Delivery delivery)
        {
            // It goes back when the queue ends, and the queue is ours alone.
        }
    }
}
