using IqdbFlat.Cli.Bench;
using IqdbFlat.Cli.Bench.Stores;
using IqdbFlat.Cli.Chaos;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands;
using IqdbFlat.Cli.Conformance;
using IqdbFlat.Cli.Demo;
using IqdbFlat.Cli.Fuzz;
using IqdbFlat.Cli.Truth.Recall;

var terminal = Terminal.OfProcess();
CliCommand[] commands =
[
    new DemoCommand(terminal),
    new ConformanceCommand(terminal),
    .. ClusterCommands.All(terminal),
    new SchemaCommand(terminal),
    new BenchCommand(terminal),
    new GenerateCommand(terminal),
    new FuzzBoundsCommand(terminal),
    new RecallCommand(terminal),
    new BenchStoreCommand(terminal),
    new ChaosCommand(terminal),
    new RecoveryBenchCommand(terminal),
    new RecoveryPhaseCommand(terminal),
    new ChildSiloCommand(terminal),
];
return (int)await CliApplication.RunAsync(args, terminal, commands);
