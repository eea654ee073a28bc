using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace BrokerServe.Probe;

/// <summary>Answers a harness that asks what this process has allocated: one line in, one line out, over a socket in the file system.</summary>
/// <remarks>One thread that sleeps until it is asked: nothing of the process runs differently meanwhile.</remarks>
public sealed class ProbeServer
{
    /// <summary>The environment variable that names the folder of the sockets; each is called for its process, <c>PID.sock</c>.</summary>
    public const string FolderVariable = "BROKERSERVE_PROBE";

    /// <summary>Asks for the bytes that were allocated until now; the answer is a number.</summary>
    public const string Bytes = "bytes";

    /// <summary>Begins to sample allocations by type, which costs something; the answer is empty.</summary>
    public const string Sample = "sample";

    /// <summary>Ends sampling; the answer is a JSON object of the share of each type.</summary>
    public const string Types = "types";

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Allocations? _allocations;

    private ProbeServer(string path)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(1);
    }

    /// <summary>Where the socket of a process is.</summary>
    public static string PathOf(string folder, int processId) => Path.Combine(folder, $"{processId}.sock");

    /// <summary>Begins to listen.</summary>
    public static void Start(string folder)
    {
        var server = new ProbeServer(PathOf(folder, Environment.ProcessId));
        new Thread(server.Run) { IsBackground = true, Name = "probe" }.Start();
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                using var stream = new NetworkStream(_listener.Accept(), ownsSocket: true);
                using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
                while (reader.ReadLine() is { } question)
                {
                    stream.Write(Encoding.UTF8.GetBytes(Answer(question) + "\n"));
                }
            }
            catch (IOException)
            {
                // Who asked has gone; the next one may ask.
            }
        }
    }

    private string Answer(string question)
    {
        switch (question)
        {
            case Bytes:
                return GC.GetTotalAllocatedBytes(precise: false).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case Sample:
                _allocations ??= new Allocations();
                return "";
            case Types:
                var shares = _allocations?.Shares() ?? [];
                _allocations?.Dispose();
                _allocations = null;
                return JsonSerializer.Serialize(new Dictionary<string, double>(shares));
            default:
                return "?";
        }
    }
}
