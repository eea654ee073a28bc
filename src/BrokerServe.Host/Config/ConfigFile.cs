using BrokerServe.Host.Serving;
using BrokerServe.Router.Configuration;

namespace BrokerServe.Host.Config;

/// <summary>A router's configuration as <c>brokerserve router --config FILE</c> reads it: the file, and environment variables over it.</summary>
internal static class ConfigFile
{
    public const string Section = "BrokerServe";

    /// <summary>Adds the file and environment variables to a configuration.</summary>
    /// <param name="configuration">What to add to.</param>
    /// <param name="file">The file; null: environment variables alone.</param>
    /// <param name="option">Which option named it, for messages; null: it was an argument.</param>
    /// <returns>What follows the file; null when there is none.</returns>
    /// <exception cref="UsageException">The file is not there, cannot be read, or is not JSON.</exception>
    public static FollowedFile? AddTo(IConfigurationBuilder configuration, string? file, string? option = null)
    {
        var followed = file is null ? null : Follow(configuration, file, option is null ? file : $"{option} {file}");
        configuration.AddEnvironmentVariables();
        return followed;
    }

    /// <summary>Reads a router's options, and everything that is wrong with them, in the router's own words.</summary>
    /// <exception cref="UsageException">The file is not there, cannot be read, or is not JSON.</exception>
    public static (RouterOptions Options, IReadOnlyList<string> Errors) Read(string file)
    {
        using var configuration = new ConfigurationManager();
        AddTo(configuration, file);
        var options = new RouterOptions();
        RouterOptionsReader.Read(configuration.GetSection(Section), options);
        string[] errors =
        [
            .. new RouterOptionsValidator().Validate(name: null, options).Failures ?? [],
            .. Telemetry.FindFaults(configuration),
        ];
        return (options, errors);
    }

    private static FollowedFile Follow(IConfigurationBuilder configuration, string file, string place)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"{place}: there is no such file.");
        }

        var followed = new FollowedFile(file);
        try
        {
            configuration.Add(followed);
            return followed;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            followed.Dispose();
            throw new UsageException($"{place}: {fault.GetBaseException().Message}");
        }
    }
}
