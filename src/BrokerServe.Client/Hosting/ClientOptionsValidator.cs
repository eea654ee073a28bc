using System.ComponentModel.DataAnnotations;
using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Transport;
using Microsoft.Extensions.Options;

namespace BrokerServe.Client.Hosting;

/// <summary>Checks a client's settings, all of them at once.</summary>
internal sealed class ClientOptionsValidator : IValidateOptions<BrokerServeClientOptions>
{
    // With the random letters, the epoch and the longest prefix the reply queue's name stays below AMQP's 255 bytes.
    private const int MaxNameLength = 40;
    private const string Letters = "A-Z a-z 0-9 _ . -, beginning with a letter, a digit or _";

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
            faults.Add($"Client Name is '{options.Name}'; it must be 1 to {MaxNameLength} of {Letters}.");
        }

        if (!Names.IsValid(options.Prefix))
        {
            faults.Add($"Client Prefix is '{options.Prefix}'; it must be 1 to {Names.MaxLength} of {Letters}.");
        }

        if (options.AppId is { } appId && (appId.Length == 0 || Encoding.UTF8.GetByteCount(appId) > BrokerLimits.MaxShortStringBytes))
        {
            faults.Add($"Client AppId has {Encoding.UTF8.GetByteCount(appId)} bytes of UTF-8; it may have 1 to {BrokerLimits.MaxShortStringBytes}.");
        }

        if (options.DefaultTimeout <= TimeSpan.Zero || options.DefaultTimeout > BrokerServeClientOptions.MaxTimeout)
        {
            faults.Add(
                $"Client DefaultTimeout is {options.DefaultTimeout}; it must be above zero and at most {BrokerServeClientOptions.MaxTimeout}.");
        }

        if (!Enum.IsDefined(options.Delivery))
        {
            faults.Add($"Client Delivery is {options.Delivery}; it must be one of {string.Join(", ", Enum.GetNames<DeliveryGuarantee>())}.");
        }

        // What the attributes beside the settings say: whole numbers and what must not be null.
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        faults.AddRange(results.Select(result => $"Client {Print(options, result.MemberNames.Single())}: {result.ErrorMessage}"));
        if (options.Reconnect is { } reconnect)
        {
            faults.AddRange(reconnect.FindFaults().Select(fault => $"Client Reconnect:{fault.Setting} {fault.Problem}."));
        }

        return faults;
    }

    private static string Print(BrokerServeClientOptions options, string setting) =>
        $"{setting} is {typeof(BrokerServeClientOptions).GetProperty(setting)!.GetValue(options) ?? "null"}";
}
