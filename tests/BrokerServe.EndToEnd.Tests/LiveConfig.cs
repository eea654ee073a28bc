using System.Text;
using Microsoft.Extensions.Configuration;

namespace BrokerServe.EndToEnd.Tests;

/// <summary>A configuration as a file has it, which can be rewritten whole while a router follows it.</summary>
/// <remarks>Not a file: the file system tells of a change when it likes, and these tests say what is so right after one.</remarks>
internal sealed class LiveConfig : ConfigurationProvider, IConfigurationSource
{
    private readonly string _prefix;

    public LiveConfig(string prefix, string settings)
    {
        _prefix = prefix;
        Put(settings);
        Section = new ConfigurationBuilder().Add(this).Build().GetSection("BrokerServe");
    }

    public IConfigurationSection Section { get; }

    /// <summary>Puts other settings in force; when it returns, they are.</summary>
    public void Rewrite(string settings)
    {
        Put(settings);
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Put(string settings)
    {
        var json = $$"""{ "BrokerServe": { "Prefix": "{{_prefix}}", {{settings}} } }""";
        var parsed = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        Data = new Dictionary<string, string?>(parsed.AsEnumerable(), StringComparer.OrdinalIgnoreCase);
    }
}
