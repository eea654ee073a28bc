using Xunit.v3;

// Most of a test's time goes by in waiting for a lease, a report or a deadline, so twice the classes that two cores could run are no load.
[assembly: Parallelization(MaxThreads = 4)]
