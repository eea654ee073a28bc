using BenchmarkDotNet.Running;
using BrokerServe.Benchmarks;

// `ratios [FILTER]` compares each benchmark with its baseline slice by slice; everything else is BenchmarkDotNet's own command line.
if (args is ["ratios", .. var filters])
{
    return PairedRatios.Run(Console.Out, filters);
}

BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(args, new BenchmarkConfig());
return 0;
