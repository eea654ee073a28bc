using Microsoft.Extensions.Configuration;

namespace BrokerServe.Router.Tests.Configuration;

/// <summary>Settings below <c>BrokerServe</c> that change all at once, as those of a file do.</summary>
internal sealed class RewritableSource : ConfigurationProvider, IConfigurationSource
{
    public RewritableSource((string Key, string? Value)[] settings) => Put(settings);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Rewrite((string Key, string? Value)[] settings)
    {
        Put(settings);
        OnReload();
    }

    private void Put((string Key, string? Value)[] settings) =>
        Data = settings.ToDictionary(s => "BrokerServe:" + s.Key, s => s.Value, StringComparer.OrdinalIgnoreCase);
}
