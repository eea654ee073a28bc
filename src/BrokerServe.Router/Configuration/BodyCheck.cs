using System.Globalization;

namespace BrokerServe.Router.Configuration;

/// <summary>How the largest body of an endpoint stands to what the router keeps in memory.</summary>
internal static class BodyCheck
{
    public static void Check(string place, EndpointConfig endpoint, long maxBufferedBytes, ConfigErrors errors)
    {
        if (endpoint.MaxBodyBytes > maxBufferedBytes)
        {
            errors.Add(
                $"{place}:{nameof(EndpointConfig.MaxBodyBytes)}",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"is {endpoint.MaxBodyBytes}, which is above {nameof(RouterOptions.MaxBufferedBytes)} ({maxBufferedBytes}), so the largest ")
                + "would always be overloaded; lower the one or raise the other");
        }
    }
}
