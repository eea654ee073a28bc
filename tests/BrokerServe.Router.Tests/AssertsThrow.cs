using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace BrokerServe.Router.Tests;

/// <summary>Makes a broken Debug.Assert an exception: it then fails its test, with the seed that led there, instead of ending the process.</summary>
internal sealed class AssertsThrow : TraceListener
{
    [ModuleInitializer]
    internal static void Install()
    {
        Trace.Listeners.Clear();
        Trace.Listeners.Add(new AssertsThrow());
    }

    public override void Fail(string? message, string? detailMessage) =>
        throw new InvalidOperationException($"A law of the code itself is broken: {message} {detailMessage}");

    public override void Write(string? message)
    {
    }

    public override void WriteLine(string? message)
    {
    }
}
