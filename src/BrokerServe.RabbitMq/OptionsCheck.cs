using System.Security.Cryptography;
using BrokerServe.RabbitMq.Connecting;

namespace BrokerServe.RabbitMq;

/// <summary>Finds everything that is wrong with the options at once, before anything is connected.</summary>
internal static class OptionsCheck
{
    /// <summary>Checks the values, and returns what the URI says.</summary>
    /// <exception cref="ArgumentException">Something is wrong; the message says all of it, without user or password.</exception>
    public static BrokerAddress Read(RabbitMqOptions options)
    {
        var problems = new List<string>();
        if (!BrokerAddress.TryParse(options.Uri ?? "", out var address, out var problem))
        {
            problems.Add(problem!);
        }

        if (options.CredentialsFile is { } file && !BrokerLogin.TryReadFile(file, out _, out var unreadable))
        {
            problems.Add(unreadable);
        }

        AddRange(problems, nameof(options.Heartbeat), options.Heartbeat, RabbitMqOptions.HeartbeatRange);
        AddRange(problems, nameof(options.OperationTimeout), options.OperationTimeout, RabbitMqOptions.OperationTimeoutRange);
        if (options.Limits is { MaxHeaderBytes: < 1 or > BrokerDialer.FrameMax / 2 } headers)
        {
            problems.Add(
                $"MaxHeaderBytes is {headers.MaxHeaderBytes}; it must be 1 to {BrokerDialer.FrameMax / 2}: a header travels in one frame.");
        }

        if (options.Limits is { MaxBodyBytes: < 1 } bodies)
        {
            problems.Add($"MaxBodyBytes is {bodies.MaxBodyBytes}; it must be at least 1.");
        }

        return problems.Count == 0 ? address! : throw new ArgumentException(string.Join(" ", problems), nameof(options));
    }

    /// <summary>Reads the files that the TLS options name.</summary>
    /// <exception cref="ArgumentException">One of them cannot be read.</exception>
    public static BrokerDialer ReadTls(BrokerAddress address, RabbitMqOptions options)
    {
        try
        {
            return new BrokerDialer(address, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // What cannot be decrypted or parsed does not say where it was read.
            string?[] files = [options.Tls.AuthorityFile, options.Tls.ClientCertificateFile];
            var named = string.Join(", ", files.Where(file => file is not null).Select(file => $"'{file}'"));
            throw new ArgumentException($"A certificate of the TLS options ({named}) cannot be read: {e.Message}", nameof(options), e);
        }
    }

    private static void AddRange(List<string> problems, string name, TimeSpan value, (TimeSpan Least, TimeSpan Most) range)
    {
        if (value < range.Least || value > range.Most)
        {
            problems.Add($"{name} is {value}; it must be {range.Least} to {range.Most}.");
        }
    }
}
