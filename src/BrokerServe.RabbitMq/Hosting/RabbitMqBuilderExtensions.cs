using BrokerServe.RabbitMq;
using BrokerServe.Transport;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes RabbitMQ the broker of a host.</summary>
public static class RabbitMqBuilderExtensions
{
    /// <summary>Carries the messages of this host over RabbitMQ.</summary>
    /// <param name="builder">What <c>AddBrokerServe...</c> returned.</param>
    /// <param name="uri"><c>amqp://user:password@host:port/vhost</c>, see <see cref="RabbitMqOptions.Uri"/>.</param>
    /// <param name="configure">Sets further options.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// The parts of one host share one broker; the first one named wins. Nothing connects before the host starts. Certificates are first read when
    /// the broker is resolved: one that cannot be read is the same exception then.
    /// </remarks>
    /// <exception cref="ArgumentException">The URI or an option cannot work; the message says what to write, without the password.</exception>
    public static TBuilder UseRabbitMq<TBuilder>(this TBuilder builder, string uri, Action<RabbitMqOptions>? configure = null)
        where TBuilder : IBrokerServeBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(uri);
        var options = new RabbitMqOptions { Uri = uri };
        configure?.Invoke(options);
        OptionsCheck.Read(options);
        builder.Services.TryAddSingleton<IBroker>(
            services => new RabbitMqBroker(options, services.GetService<ILogger<RabbitMqBroker>>()));
        return builder;
    }
}
