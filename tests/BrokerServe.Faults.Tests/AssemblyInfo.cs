using Xunit.Sdk;
using Xunit.v3;

// The faults are the broker's, too: what one test does to it the others would suffer from.
[assembly: Parallelization(Mode = ParallelMode.None)]
