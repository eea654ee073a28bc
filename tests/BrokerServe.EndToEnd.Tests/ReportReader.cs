using System.Threading.Channels;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Transport;
using BrokerServe.Transport.Supervision;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Reads queue-length reports as an autoscaler would.</summary>
internal sealed class ReportReader : IDeliveryHandler, IAsyncDisposable
{
    private readonly Channel<QueueLengthReport> _reports = Channel.CreateUnbounded<QueueLengthReport>();
    private IBrokerConnection? _connection;
    private Settler? _settler;

    public static async Task<ReportReader> StartAsync(IBroker broker, ObjectNames names)
    {
        var reader = new ReportReader { _connection = await broker.ConnectAsync("autoscaler", CancellationToken.None) };
        var queue = $"{names.Reports}.autoscaler";
        await reader._connection.DeclareQueueAsync(new QueueDeclaration(queue) { Exclusive = true }, CancellationToken.None);
        await reader._connection.BindAsync(queue, names.Reports, "", CancellationToken.None);
        var consumer = await reader._connection.OpenConsumerAsync(new ConsumerOptions(queue, 16), CancellationToken.None);
        reader._settler = new Settler(consumer, 16);
        await consumer.StartAsync(reader, CancellationToken.None);
        return reader;
    }

    public void OnDelivery(in Delivery delivery)
    {
        Assert.True(QueueLengthReport.TryDecode(delivery.Body, out var report));
        _reports.Writer.TryWrite(report);
        _settler!.Settle(delivery.Tag);
    }

    /// <summary>The next report that is as wanted.</summary>
    public async Task<QueueLengthReport> NextAsync(Predicate<QueueLengthReport> wanted)
    {
        using var patience = new CancellationTokenSource(ServingSystem.Patience);
        await foreach (var report in _reports.Reader.ReadAllAsync(patience.Token))
        {
            if (wanted(report))
            {
                return report;
            }
        }

        throw new InvalidOperationException("The reports ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await _settler!.DisposeAsync();
        await _connection!.DisposeAsync();
    }
}
