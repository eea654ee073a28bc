namespace BrokerServe.Router.Configuration;

/// <summary>How the time limits of an endpoint stand to each other and to the broker's.</summary>
internal static class TimeoutCheck
{
    // The broker looks for consumers that are overdue about once a minute, and settling takes a moment after the deadline.
    private static readonly TimeSpan BelowConsumerTimeout = TimeSpan.FromMinutes(1);

    public static void Check(string place, EndpointConfig endpoint, TimeSpan consumerTimeout, ConfigErrors errors)
    {
        if (endpoint.DefaultTimeout > endpoint.MaxTimeout)
        {
            errors.Add(
                $"{place}:{nameof(EndpointConfig.DefaultTimeout)}",
                $"is {Duration.Print(endpoint.DefaultTimeout)}, which is above {nameof(EndpointConfig.MaxTimeout)} "
                + $"({Duration.Print(endpoint.MaxTimeout)}); lower the one or raise the other");
        }

        if (endpoint.MaxTimeout > consumerTimeout - BelowConsumerTimeout)
        {
            errors.Add(
                $"{place}:{nameof(EndpointConfig.MaxTimeout)}",
                $"is {Duration.Print(endpoint.MaxTimeout)}, and must stay {Duration.Print(BelowConsumerTimeout)} below the broker's consumer timeout "
                + $"({nameof(RouterOptions.BrokerConsumerTimeout)}, {Duration.Print(consumerTimeout)}); "
                + "lower it, or raise both the broker's and this setting");
        }
    }
}
