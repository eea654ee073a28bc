using System.Diagnostics;
using System.Text;
using BrokerServe.Protocol;
using BrokerServe.Protocol.Frames;
using BrokerServe.Worker.Handlers;
using BrokerServe.Worker.Scheduling;
using BrokerServe.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace BrokerServe.Worker;

/// <summary>Everything a handler can know about the query it answers.</summary>
/// <remarks>
/// Safe for any thread, and to keep after the query was answered, except <see cref="Services"/>. Texts that few handlers read are decoded when
/// they are asked for.
/// </remarks>
public sealed class QueryContext
{
    private readonly QueryEnvironment _environment;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly QueryBytes _bytes;
    private readonly long _deadlineMs;
    private readonly long _deadlineUnixMs;
    private IServiceScope? _scope;

    internal QueryContext(
        QueryEnvironment environment, in QueryView view, string method, string replica, in Moment received, long deadlineMs)
    {
        _environment = environment;
        _bytes = new QueryBytes(view);
        _deadlineMs = deadlineMs;
        _deadlineUnixMs = received.UnixMs + (deadlineMs - received.Ms);
        Method = method;
        Replica = replica;
        Attempt = view.Attempt;
        Endpoint = environment.Texts.Get(view.Endpoint);
        ContentType = view.ContentType.IsEmpty ? null : environment.Texts.Get(view.ContentType);
    }

    /// <summary>The endpoint that was called; several may share this backend.</summary>
    public string Endpoint { get; }

    /// <summary>The backend that this worker serves.</summary>
    public string Backend => _environment.Backend;

    /// <summary>The replica that runs the query: new with every connection.</summary>
    public string Replica { get; }

    /// <summary>The call method: <c>__call__</c> when the caller named none.</summary>
    public string Method { get; }

    /// <summary>
    /// 1 for the first attempt. Above that, an earlier replica died while it held the query, and may have done part of the work.
    /// </summary>
    public int Attempt { get; }

    /// <summary>What the payload is; null: not said.</summary>
    public string? ContentType { get; }

    /// <summary>The request's body as the caller sent it. May be kept; must not be written to.</summary>
    public ReadOnlyMemory<byte> Payload => _bytes.Payload;

    /// <summary>
    /// With <see cref="AppId"/> the idempotency key: the same for every attempt and every copy of the request. Null: not said.
    /// </summary>
    public string? MessageId => Text(_bytes.MessageId);

    /// <summary>Who asked, the same across reconnects. Null: not said.</summary>
    public string? AppId => Text(_bytes.AppId);

    /// <summary>The caller's metadata by name, without the prefix <c>meta-</c> that it has on the wire. Case does not count in names.</summary>
    public IReadOnlyDictionary<string, string> Metadata => field ??= ReadMetadata();

    /// <summary>When the caller stops waiting, by this machine's clock; <see cref="TimeLeft"/> does not depend on it.</summary>
    public DateTimeOffset Deadline => DateTimeOffset.FromUnixTimeMilliseconds(_deadlineUnixMs);

    /// <summary>How long the caller still waits; zero when the deadline has passed. Measured without the wall clock.</summary>
    public TimeSpan TimeLeft => TimeSpan.FromMilliseconds(Math.Max(0, _deadlineMs - _environment.Clock.NowMs));

    /// <summary>
    /// The caller's trace (W3C trace context); the default value when it has none. <see cref="Activity.Current"/> continues it.
    /// </summary>
    public ActivityContext TraceContext =>
        ActivityContext.TryParse(Text(_bytes.TraceParent), Text(_bytes.TraceState), isRemote: true, out var context) ? context : default;

    /// <summary>Fires at the deadline, when the caller has given up, and when the worker stops or loses its connection.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>
    /// Services of a scope of this query's own, made when it is first asked for and disposed when the handler has ended.
    /// </summary>
    public IServiceProvider Services => (_scope ?? OpenScope()).ServiceProvider;

    /// <summary>Reads the payload by the serializer of its content type, as typed handlers have it done for them.</summary>
    /// <exception cref="QueryException">
    /// The payload is no <typeparamref name="T"/>, or of a content type that no serializer reads; left uncaught, the caller gets <c>bad_request</c>.
    /// </exception>
    public T Read<T>() => _environment.Codec.Read<T>(Payload, ContentType);

    /// <summary>Writes a reply by the serializer of the query's own content type.</summary>
    /// <exception cref="QueryException">No serializer reads that content type; left uncaught, the caller gets <c>bad_request</c>.</exception>
    /// <exception cref="Exception">The value cannot be written; left uncaught, the caller gets <c>handler_error</c>.</exception>
    public ReplyPayload Reply<T>(T value) => _environment.Codec.Write(value, ContentType);

    /// <summary>The payload back to the caller as it came, without a copy.</summary>
    public ReplyPayload Echo() => new(Payload, ContentType);

    internal long NowMs => _environment.Clock.NowMs;

    /// <summary>What lets a batch go without this member while it waits for something else; null outside of a batch.</summary>
    internal Action? OnStandAside { get; set; }

    /// <summary>The query waits for another one's end: a batch that both are in must not wait for it.</summary>
    internal void StandAside() => OnStandAside?.Invoke();

    /// <summary>It was answered with the reply of another run.</summary>
    internal void NoteRepeated() => _environment.Metrics.Repeated(Backend, Method);

    internal void NoteStoreFailed(Exception exception) => _environment.Logger.ReplyStoreFailed(exception, Backend, Method);

    /// <summary>Fires the token. Runs the author's callbacks, so never on the replica's loop.</summary>
    internal void Cancel() => _cancellation.Cancel();

    internal ValueTask DisposeScopeAsync()
    {
        var scope = Interlocked.Exchange(ref _scope, null);
        return scope switch
        {
            null => default,
            IAsyncDisposable disposable => disposable.DisposeAsync(),
            _ => DisposeAtOnce(scope),
        };
    }

    private static ValueTask DisposeAtOnce(IServiceScope scope)
    {
        scope.Dispose();
        return default;
    }

    private IServiceScope OpenScope()
    {
        IServiceScope mine = _environment.Scopes.CreateAsyncScope();

        // A handler may ask from several tasks at once; all of them get the same scope.
        var first = Interlocked.CompareExchange(ref _scope, mine, null);
        if (first is null)
        {
            return mine;
        }

        mine.Dispose();
        return first;
    }

    private Dictionary<string, string> ReadMetadata()
    {
        var wire = new QueryView { MetadataBlock = _bytes.Metadata }.ReadMetadata();
        var metadata = new Dictionary<string, string>(wire.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in wire)
        {
            var isOurs = name.StartsWith(HeaderNames.MetadataPrefix, StringComparison.OrdinalIgnoreCase);
            metadata[isOurs ? name[HeaderNames.MetadataPrefix.Length..] : name] = value;
        }

        return metadata;
    }

    private static string? Text(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
