using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Lists the silos of a cluster.</summary>
internal sealed class SilosCommand : ClusterCommand
{
    public SilosCommand(Terminal terminal)
        : base("silos", "List the silos of the cluster", terminal) => Declare();

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var silos = await cluster.Client.ListSilosAsync(cancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("silos");
                foreach (var silo in silos)
                {
                    json.WriteStartObject();
                    json.WriteString("name", silo.Name);
                    json.WriteString("address", silo.Address);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }

        var table = new ResultTable("silo", "address");
        foreach (var silo in silos)
            table.Add(silo.Name, silo.Address);
        table.Print(context.Terminal);
        return ExitCode.Ok;
    }
}
