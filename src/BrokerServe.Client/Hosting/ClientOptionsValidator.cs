using System.Text;
using BrokerServe.Protocol;
using Microsoft.Extensions.Options;

namespace BrokerServe.Client.Hosting;

/// <summary>Checks a client's settings, all of them at once.</summary>
internal sealed class ClientOptionsValidator : IValidateOptions<BrokerServeClientOptions>
{
    // With the random letters, the epoch and the longest prefix the reply queue's name stays below AMQP's 255 bytes.
    private const int MaxNameLength = 40;
    private const int MaxAppIdBytes = 255;
    private const int MaxPendingCalls = 262_144;

    public ValidateOptionsResult Validate(string? name, BrokerServeClientOptions options)
    {
        var faults = Find(options);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>What is wrong, one sentence each; empty when nothing is.</summary>
    public static List<string> Find(BrokerServeClientOptions options)
    {
        var faults = new List<string>();
        if (!Names.IsValid(options.Name) || options.Name.Length > MaxNameLength)
        {
            faults.Add($"Client Name is '{options.Name}'; it must be 1 to {MaxNameLength} of A-Z a-z 0-9 _ . -, beginning with a letter, a digit or _.");
        }

        if (!Names.IsValid(options.Prefix))
        {
            faults.Add($"Client Prefix is '{options.Prefix}'; it must be 1 to {Names.MaxLength} of A-Z a-z 0-9 _ . -, beginning with a letter, a digit or _.");
        }

        if (options.AppId is { } appId && (appId.Length == 0 || Encoding.UTF8.GetByteCount(appId) > MaxAppIdBytes))
        {
            faults.Add($"Client AppId has {Encoding.UTF8.GetByteCount(appId)} bytes of UTF-8; it may have 1 to {MaxAppIdBytes}.");
        }

        if (options.DefaultTimeout <= TimeSpan.Zero || options.DefaultTimeout > BrokerServeClientOptions.MaxTimeout)
        {
            faults.Add($"Client DefaultTimeout is {options.DefaultTimeout}; it must be above zero and at most {BrokerServeClientOptions.MaxTimeout}.");
        }

        if (options.MaxPendingCalls is < 1 or > MaxPendingCalls)
        {
            faults.Add($"Client MaxPendingCalls is {options.MaxPendingCalls}; it must be 1 to {MaxPendingCalls}.");
        }

        if (options.MaxMetadataBytes is < 0 or > MetadataLimits.MaxBytes)
        {
            faults.Add($"Client MaxMetadataBytes is {options.MaxMetadataBytes}; it must be 0 to {MetadataLimits.MaxBytes}.");
        }

        if (options.Serializer is null || options.Reconnect is null)
        {
            faults.Add("Client Serializer and Reconnect must not be null.");
        }

        return faults;
    }
}
