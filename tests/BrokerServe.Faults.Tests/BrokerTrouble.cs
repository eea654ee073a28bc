namespace BrokerServe.Faults.Tests;

/// <summary>What operators and machines do to a broker, as expressions that it evaluates.</summary>
internal static class BrokerTrouble
{
    public const string MemoryAlarm = "vm_memory_monitor:set_vm_memory_high_watermark(0.0001).";
    public const string MemoryEnough = "vm_memory_monitor:set_vm_memory_high_watermark(0.4).";
    public const string DiskAlarm = "rabbit_disk_monitor:set_disk_free_limit(1000000000000000).";
    public const string DiskEnough = "rabbit_disk_monitor:set_disk_free_limit(50000000).";

    /// <summary>Everybody who is connected stays; who comes needs the new one.</summary>
    public static string Password(string password) =>
        $"rabbit_auth_backend_internal:change_password(<<\"guest\">>, <<\"{password}\">>, <<\"test\">>).";

    /// <summary>A pattern of names, for configuring, writing and reading.</summary>
    public static string Permission(string pattern) =>
        $"rabbit_auth_backend_internal:set_permissions(<<\"guest\">>, <<\"/\">>, <<\"{pattern}\">>, <<\"{pattern}\">>, <<\"{pattern}\">>, <<\"test\">>).";
}
