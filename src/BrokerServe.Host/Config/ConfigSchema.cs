namespace BrokerServe.Host.Config;

/// <summary>The JSON schema of configurations, as it lies in the executable.</summary>
internal static class ConfigSchema
{
    /// <summary>The text, draft 7: what editors understand best.</summary>
    public static string Read()
    {
        using var stream = typeof(ConfigSchema).Assembly.GetManifestResourceStream("brokerserve.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
