using System.Text;
using BrokerServe.Router.Routing;

namespace BrokerServe.Router.Configuration;

/// <summary>The allow-list of headers that travel on as metadata.</summary>
internal static class HeaderCheck
{
    public static void Check(string place, IReadOnlyList<string> patterns, ConfigErrors errors)
    {
        foreach (var pattern in patterns)
        {
            var at = $"{place}:{nameof(EndpointConfig.ForwardHeaders)}";
            var star = pattern.IndexOf('*');
            if (pattern.Length == 0)
            {
                errors.Add(at, "has an empty entry; write a header's name, or a prefix that ends in *");
            }
            else if (star >= 0 && star < pattern.Length - 1)
            {
                errors.Add(at, $"\"{pattern}\" has a * before its end; write a header's name, or a prefix that ends in *");
            }
            else if (HeaderFilter.IsOwn(Encoding.UTF8.GetBytes(pattern)))
            {
                errors.Add(at, $"\"{pattern}\" names headers that BrokerServe itself reads and carries; leave it out");
            }
        }
    }
}
