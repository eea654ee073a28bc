using System.Text;
using BrokerServe.Client.Tests.Harness;
using BrokerServe.Protocol;
using BrokerServe.Transport.InMemory;
using Microsoft.Extensions.Logging.Abstractions;

namespace BrokerServe.Client.Tests;

/// <summary>Replies, repeated replies, timeouts, cancellations and lost connections at once, in real time.</summary>
public sealed class StormSpecs
{
    private const int Callers = 32;
    private const int CallsEach = 200;

    [Theory(DisplayName = "The promise: every call ends exactly once, whatever happens at once")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_call_ends_exactly_once_with_its_own_reply_or_an_error_and_every_slot_comes_back(int seed)
    {
        await using var memory = new InMemoryBroker(new InMemoryBrokerOptions());
        var broker = new FaultyBroker(memory);
        await using var router = await ScriptedRouter.StartAsync(memory, "greet");
        await using var client = new BrokerServeClient(
            broker,
            new BrokerServeClientOptions { MaxPendingCalls = 24, Reconnect = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } },
            TimeProvider.System,
            NullLogger.Instance,
            meters: null);
        using var over = new CancellationTokenSource();
        var replying = ReplyAsync(router, new Random(seed), over.Token);
        var breaking = BreakAsync(broker, new Random(seed + 1), over.Token);

        var calling = Enumerable.Range(0, Callers).Select(caller => CallAsync(client, caller, new Random(seed * 1_000 + caller))).ToArray();
        var endings = (await Within.ReasonAsync(Task.WhenAll(calling), $"every call ended (seed {seed})")).SelectMany(some => some).ToArray();

        await over.CancelAsync();
        await Task.WhenAll(replying, breaking);
        Assert.Equal(Callers * CallsEach, endings.Length);
        Assert.Contains("reply", endings);
        await Within.UntilAsync(() => client.SlotsInUse == 0, $"every slot came back (seed {seed})");
        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: " + string.Join(", ", endings.CountBy(ending => ending).Select(count => $"{count.Key} {count.Value}")));
    }

    private static async Task<List<string>> CallAsync(BrokerServeClient client, int caller, Random random)
    {
        var endings = new List<string>();
        for (var n = 0; n < CallsEach; n++)
        {
            var text = $"{caller}/{n}";
            using var giveUp = new CancellationTokenSource();
            if (random.Next(5) == 0)
            {
                giveUp.CancelAfter(random.Next(5));
            }

            var options = new InvokeOptions
            {
                Timeout = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(1, 20) : 2_000),
                Delivery = (DeliveryGuarantee)random.Next(2),
            };
            try
            {
                var reply = await client.InvokeRawAsync("greet", Encoding.UTF8.GetBytes(text), options, giveUp.Token);
                Assert.Equal(text, ClientHarness.TextOf(reply));
                endings.Add("reply");
            }
            catch (BrokerServeException failure)
            {
                endings.Add(failure.Code);
            }
            catch (OperationCanceledException)
            {
                endings.Add("given up");
            }
        }

        return endings;
    }

    private static async Task ReplyAsync(ScriptedRouter router, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (!router.HasRequests)
            {
                await Task.Delay(1);
                continue;
            }

            var request = await router.ReceivesAsync();
            for (var copies = random.Next(10) switch { 0 => 0, 1 => 2, _ => 1 }; copies > 0; copies--)
            {
                await router.RepliesAsync(request, request.Body);
            }
        }
    }

    private static async Task BreakAsync(FaultyBroker broker, Random random, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(random.Next(20, 60));
            broker.Cut(random.Next(3) switch { 0 => "replies", 1 => "publish", _ => "" });
        }
    }
}
