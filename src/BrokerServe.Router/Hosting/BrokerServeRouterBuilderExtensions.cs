using BrokerServe.Router.Configuration;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says what a router serves. Calls add up in their order; the later one wins where two say something of one setting.</summary>
public static class BrokerServeRouterBuilderExtensions
{
    /// <summary>Reads the router's settings, endpoints and backends from a section, by custom <c>BrokerServe</c>, and follows its changes.</summary>
    /// <remarks>
    /// <para>Keys are those of <see cref="RouterOptions"/>, with <c>Endpoints:NAME</c> (<see cref="EndpointConfig"/>) and <c>Backends:NAME</c>
    /// (<see cref="BackendConfig"/>). A key that is not known is an error; beside <c>Endpoints</c>, where other parts may keep theirs, only one that
    /// looks like a misspelt setting. Durations are written <c>250ms</c>, <c>30s</c>, <c>20m</c>, <c>1h</c> or <c>00:00:30</c>.</para>
    /// <para>When the section changes while the router runs, its endpoints and backends take the place of those in force, also of those that
    /// were set through <see cref="BrokerServe.Router.Routing.IRouterControl"/>; a section with an error changes nothing, and every
    /// error is logged; nor does one that names no endpoint and no backend any more, for so a file reads that is gone. At start an error ends the
    /// host. With <see cref="RouterOptions.ControlLog"/> nothing of a later change takes effect.</para>
    /// </remarks>
    /// <param name="builder">The router.</param>
    /// <param name="section">The section; it may be empty, and may come to be later.</param>
    /// <returns>The same builder.</returns>
    public static IBrokerServeRouterBuilder LoadFromConfig(this IBrokerServeRouterBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.AddSingleton(new ConfigSource(section));
        builder.Services.Configure<RouterOptions>(options => RouterOptionsReader.Read(section, options));
        return builder;
    }

    /// <summary>Sets the router's settings, endpoints and backends in code.</summary>
    /// <param name="builder">The router.</param>
    /// <param name="configure">
    /// Changes the settings: when the host starts, and again over each change of a section that <see cref="LoadFromConfig"/> follows.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IBrokerServeRouterBuilder Configure(this IBrokerServeRouterBuilder builder, Action<RouterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.Configure(configure);
        return builder;
    }
}
