using System.Runtime.CompilerServices;
using System.Text;

namespace BrokerServe.Router.Tests.Simulation;

/// <summary>A line of the trace, put together only when there is a trace.</summary>
[InterpolatedStringHandler]
internal readonly ref struct SimLine
{
    private readonly StringBuilder? _text;

    public SimLine(int literalLength, int formattedCount, SimWorld world, out bool isTraced)
    {
        isTraced = world.IsTraced;
        _text = isTraced ? new StringBuilder(literalLength + (formattedCount * 16)) : null;
    }

    public string Text => _text!.ToString();

    public void AppendLiteral(string text) => _text!.Append(text);

    public void AppendFormatted<T>(T value) => _text!.Append(value);
}
