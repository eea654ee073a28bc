using System.Text;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Tests.Routing;

/// <summary>Draws for keys that are at hand as text.</summary>
internal static class Drawing
{
    public static RequestDraws Of(string? key, Random chance) => new(key is not null, Encoding.UTF8.GetBytes(key ?? ""), chance);

    public static double Draw(string key) => ShardHash.Draw(Encoding.UTF8.GetBytes(key));

    public static double Draw(string key, string shadow) => ShardHash.Draw(Encoding.UTF8.GetBytes(key), shadow);
}
