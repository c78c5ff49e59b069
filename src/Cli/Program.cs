using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands;
using IqdbFlat.Cli.Conformance;
using IqdbFlat.Cli.Demo;

var terminal = Terminal.OfProcess();
CliCommand[] commands =
[
    new DemoCommand(terminal),
    new ConformanceCommand(terminal),
    .. ClusterCommands.All(terminal),
];
return (int)await CliApplication.RunAsync(args, terminal, commands);
