using System.Text.Json;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace BrokerServe.Host.Config;

/// <summary>A JSON file as a source of configuration, followed while the process runs: what cannot be read leaves what was read before.</summary>
/// <remarks>
/// Not the JSON source of .NET: when a changed file is broken or gone, that one is empty from then on, and says nothing. What other sources
/// say, such as environment variables, would then be put in force alone.
/// </remarks>
internal sealed partial class FollowedFile : ConfigurationProvider, IConfigurationSource, IDisposable
{
    // One change gives several signs within a few milliseconds; a look after them sees all of it, and soon enough for ten changes a second.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);

    // Who writes a file in place empties it first; a second look so much later finds it whole, as a rule. .NET waits as long.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly string _path;
    private readonly PhysicalFileProvider _folder;
    private readonly ITimer _look;
    private ILogger _logger = NullLogger.Instance;
    private IDisposable? _watch;
    private int _isLooking;
    private int _failedOnce; // The last look could not read the file, and did not say so.

    public FollowedFile(string path)
    {
        _path = Path.GetFullPath(path);
        _folder = new PhysicalFileProvider(Path.GetDirectoryName(_path)!, ExclusionFilters.None);
        _look = TimeProvider.System.CreateTimer(_ => Reload(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Says where a file that cannot be read is reported: logs come later than configuration.</summary>
    public void LogTo(ILoggerFactory loggers) => _logger = loggers.CreateLogger<FollowedFile>();

    /// <summary>Reads the file for the first time, and watches it.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="FormatException">It is not JSON; the innermost exception says where.</exception>
    public override void Load()
    {
        Data = Read();
        _watch ??= ChangeToken.OnChange(() => _folder.Watch(Path.GetFileName(_path)), LookSoon);
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _look.Dispose();
        _folder.Dispose();
    }

    // One look for all signs of one change: a timer that each sign put off would never fire in a busy folder.
    private void LookSoon()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            _look.Change(Settling, Timeout.InfiniteTimeSpan);
        }
    }

    private void Reload()
    {
        // Before the file is read: a change after it asks for another look.
        Volatile.Write(ref _isLooking, 0);
        try
        {
            Data = Read();
            Volatile.Write(ref _failedOnce, 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            if (Interlocked.Exchange(ref _failedOnce, 1) == 0)
            {
                Volatile.Write(ref _isLooking, 1);
                _look.Change(Patience, Timeout.InfiniteTimeSpan);
                return;
            }

            Volatile.Write(ref _failedOnce, 0);
            LogUnreadable(_path, fault.GetBaseException().Message);
            return;
        }

        OnReload();
    }

    private Dictionary<string, string?> Read()
    {
        using var stream = File.OpenRead(_path);
        try
        {
            using var parsed = (ConfigurationRoot)new ConfigurationBuilder().AddJsonStream(stream).Build();
            return new Dictionary<string, string?>(parsed.AsEnumerable(), StringComparer.OrdinalIgnoreCase);
        }
        catch (JsonException fault)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    [LoggerMessage(6001, LogLevel.Error, "The changed configuration file {File} cannot be read; the last good configuration stays in force. {Reason}")]
    private partial void LogUnreadable(string file, string reason);
}
