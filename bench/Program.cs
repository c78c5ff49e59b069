using BenchmarkDotNet.Running;
using IqdbFlat.Bench.Metrics;

BenchmarkSwitcher.FromAssembly(typeof(DistanceScanBenchmarks).Assembly).Run(args);
