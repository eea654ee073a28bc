namespace BrokerServe.Bench.Charts;

/// <summary>Puts positive values on a logarithmic axis, between whole powers or, where these are far, between the values.</summary>
internal readonly struct LogAxis
{
    private readonly double _from;
    private readonly double _to;
    private readonly double _start;
    private readonly double _end;

    /// <param name="values">What has to find a place.</param>
    /// <param name="start">The pixel of the least.</param>
    /// <param name="end">The pixel of the most.</param>
    public LogAxis(IEnumerable<double> values, double start, double end)
    {
        var all = values.ToArray();
        (_from, _to) = (Math.Log10(all.Min()), Math.Log10(all.Max()));
        if (_to - _from < 0.1)
        {
            (_from, _to) = (_from - 0.1, _to + 0.1);
        }

        (_start, _end) = (start, end);
    }

    public double At(double value) => _start + ((_end - _start) * (Math.Log10(value) - _from) / (_to - _from));

    /// <summary>Round values on the axis: 1, 2, 5, 10 and so on; only powers of ten when there are many of them.</summary>
    public IEnumerable<double> Ticks()
    {
        double[] steps = _to - _from > 2.5 ? [1] : [1, 2, 5];
        for (var power = (int)Math.Floor(_from); power <= _to; power++)
        {
            foreach (var step in steps)
            {
                var tick = step * Math.Pow(10, power);
                if (Math.Log10(tick) >= _from - 1e-9 && Math.Log10(tick) <= _to + 1e-9)
                {
                    yield return tick;
                }
            }
        }
    }
}
