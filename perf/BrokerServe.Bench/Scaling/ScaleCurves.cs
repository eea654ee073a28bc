using BrokerServe.Bench.Subjects;

namespace BrokerServe.Bench.Scaling;

/// <summary>The curves that are measured through the broker; those of the dispatcher alone are benchmarks of <c>BrokerServe.Benchmarks</c>.</summary>
internal static class ScaleCurves
{
    /// <summary>A full system, so that there is something to share out.</summary>
    private const int Outstanding = 1_024;

    /// <summary>The subject of runs of the base.</summary>
    public const string BaseSubject = "base";

    public static IReadOnlyList<ScaleCurve> All { get; } =
    [
        Curve("replicas", "replicas", value => new ServeShape { Replicas = value, Limit = Math.Max(8, Outstanding / value) }, [1, 4, 16, 64, 256, 1_000]),
        Curve("endpoints", "endpoints", value => new ServeShape { Endpoints = value }, [1, 10, 100, 1_000]),
        Curve("routers", "routers", value => new ServeShape { Routers = value }, [1, 2, 3, 4]),
        new(
            "default-limit",
            "outstanding: 64 replicas of limit 8, beside 4 of 256",
            new ServeShape(),
            null,
            [.. new[] { 64, 256, Outstanding }.Select(value => new ScalePoint(value, new ServeShape { Replicas = 64, Limit = 8 }, value))]),
    ];

    private static ScaleCurve Curve(string name, string axis, Func<int, ServeShape> shape, int[] values) => new(
        name, axis, shape(values[0]), values[0], [.. values.Skip(1).Select(value => new ScalePoint(value, shape(value), Outstanding))]);
}
