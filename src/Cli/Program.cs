using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Demo;

var terminal = Terminal.OfProcess();
CliCommand[] commands =
[
    new DemoCommand(terminal),
];
return (int)await CliApplication.RunAsync(args, terminal, commands);
