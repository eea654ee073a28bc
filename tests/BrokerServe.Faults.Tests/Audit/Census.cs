using System.Globalization;

namespace BrokerServe.Faults.Tests.Audit;

/// <summary>What a broker holds for its clients.</summary>
internal sealed record Census(int Queues, int Consumers, int Channels, int Connections)
{
    private const string Question =
        "{length(rabbit_amqqueue:list()), length(rabbit_amqqueue:consumers_all(<<\"/\">>)), length(rabbit_channel:list()), "
        + "length(rabbit_networking:connections())}.";

    public static async Task<Census> TakeAsync(TestBroker.TestBroker broker)
    {
        var said = await broker.EvaluateAsync(Question);
        var numbers = said[said.LastIndexOf('{')..].Trim('{', '}', '\n', ' ').Split(',');
        var n = numbers.Select(number => int.Parse(number.Trim('}', ' '), CultureInfo.InvariantCulture)).ToArray();
        return new Census(n[0], n[1], n[2], n[3]);
    }

    /// <summary>Waits until the broker holds what it held before.</summary>
    public async Task IsBackAsync(TestBroker.TestBroker broker)
    {
        Census? now = null;
        await Patience.UntilAsync(
            async () => (now = await TakeAsync(broker)) == this, () => $"at the start the broker held {this}, and now {now}");
    }
}
