using System.Runtime.CompilerServices;
using System.Text;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>What a broken law looks like, put together only when it is broken: laws are looked at millions of times.</summary>
[InterpolatedStringHandler]
internal readonly ref struct SimBreach
{
    private readonly StringBuilder? _text;

    public SimBreach(int literalLength, int formattedCount, bool law, out bool isBroken)
    {
        isBroken = !law;
        _text = isBroken ? new StringBuilder(literalLength + (formattedCount * 16)) : null;
    }

    public string Text => _text!.ToString();

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(value);
}
