using IqdbFlat.Cli.CommandLine;

var terminal = Terminal.OfProcess();
CliCommand[] commands = [];
return (int)await CliApplication.RunAsync(args, terminal, commands);
