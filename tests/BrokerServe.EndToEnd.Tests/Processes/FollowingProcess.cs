using System.Globalization;
using System.Text.RegularExpressions;
using BrokerServe.Router.ControlLog;

namespace BrokerServe.EndToEnd.Tests.Processes;

/// <summary>A router process that follows the control log, and what its log says of that.</summary>
internal static partial class FollowingProcess
{
    public static Brokerserve Start(string uri, string prefix) => Brokerserve.Start(uri, "router", "--control-log", "--prefix", prefix);

    /// <summary>Whether it has, or once had, this version with this hash in force.</summary>
    public static bool Has(Brokerserve router, ControlState state) =>
        Versions(router).Any(row => row.Version == state.Version && row.Hash == ControlHash.Print(state.Hash));

    /// <summary>The versions that it has put in force, and when.</summary>
    public static IEnumerable<(long Version, string Hash, long At)> Versions(Brokerserve router) => router.Lines
        .Select(line => (Match: Known().Match(line.Text), line.At))
        .Where(line => line.Match.Success)
        .Select(line => (long.Parse(line.Match.Groups[1].Value, CultureInfo.InvariantCulture), line.Match.Groups[2].Value, line.At));

    // "The control log is read: version 5, hash ..." and "Version 6 of the control log is in force, hash ..."
    [GeneratedRegex("ersion ([0-9]+)(?: of the control log is in force)?, hash ([0-9a-f]{16})")]
    private static partial Regex Known();
}
