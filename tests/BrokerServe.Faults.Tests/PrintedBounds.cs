using System.Text.Json;
using BrokerServe.Faults.Tests.Parties;

namespace BrokerServe.Faults.Tests;

/// <summary>What <c>brokerserve config show</c> prints as the bounds of a router, for operators to plan with.</summary>
/// <param name="BufferedBytes">Bytes of requests in a router's memory.</param>
/// <param name="Prefetch">Messages of the endpoint that a router holds.</param>
internal sealed record PrintedBounds(long BufferedBytes, long Prefetch)
{
    public static async Task<PrintedBounds> OfAsync(Scene scene)
    {
        await using var show = Party.StartBrokerserve(scene.Broker.Uri, "config", "show", scene.ConfigPath, "--json");
        using var printed = JsonDocument.Parse(await show.ReadToEndAsync());
        var bounds = printed.RootElement.GetProperty("Bounds");
        return new PrintedBounds(
            bounds.GetProperty("Router").GetProperty("BufferedBytes").GetInt64(),
            bounds.GetProperty("Endpoints").GetProperty(Scene.Endpoint).GetProperty("Prefetch").GetInt64());
    }

    /// <summary>What the broker has delivered of the endpoint and nobody has settled.</summary>
    public async Task<long> CountUnsettledAsync(Scene scene)
    {
        var said = await scene.Broker.EvaluateAsync(
            $"[{{_, N}}] = rabbit_amqqueue:info(element(2, rabbit_amqqueue:lookup(rabbit_misc:r(<<\"/\">>, queue, <<\"{scene.Prefix}.endpoint.{Scene.Endpoint}\">>))), [messages_unacknowledged]), N.");
        return long.Parse(string.Concat(said.Where(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture);
    }
}
