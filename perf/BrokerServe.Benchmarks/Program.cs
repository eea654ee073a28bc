using BenchmarkDotNet.Running;
using BrokerServe.Benchmarks;

// `ratios [--json FILE] [FILTER...]` compares each benchmark with its baseline slice by slice, `spin FILTER` runs one for a profiler to look at;
// everything else is BenchmarkDotNet's own command line.
switch (args)
{
    case ["ratios", .. var filters]:
        return PairedRatios.Run(Console.Out, filters);
    case ["spin", var filter]:
        return Spin.Run(filter);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(args, new BenchmarkConfig());
        return 0;
}
