using BrokerServe.Protocol;
using BrokerServe.Protocol.Reports;
using BrokerServe.Transport;
using Xunit;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>Reads queue-length reports as an autoscaler would.</summary>
internal static class ReportReader
{
    public static Task<ExchangeReader<QueueLengthReport>> StartAsync(IBroker broker, ObjectNames names) =>
        ExchangeReader<QueueLengthReport>.StartAsync(broker, names.Reports, static (in Delivery delivery) =>
        {
            Assert.True(QueueLengthReport.TryDecode(delivery.Body, out var report));
            return report;
        });
}
