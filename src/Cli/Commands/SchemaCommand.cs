using System.CommandLine;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Servers;

namespace IqdbFlat.Cli.Commands;

/// <summary>Shows the tables that PostgreSQL needs, or makes them: for databases where the silo's own user may not.</summary>
internal sealed class SchemaCommand : CliCommand
{
    private const string All = "all";
    private static readonly PostgreSqlSchema[] Schemas = [PostgreSqlSchema.Storage, PostgreSqlSchema.Clustering];

    private readonly Argument<string> _part = new("part")
    {
        Description = "Which: storage, clustering or all",
        DefaultValueFactory = _ => All,
    };

    private readonly Option<bool> _apply = new("--apply")
    {
        Description = "Make the tables in the databases that the variables IqdbFlat__Storage__ConnectionString and IqdbFlat__Clustering__ConnectionString name",
    };

    public SchemaCommand(Terminal terminal)
        : base("schema", "Print the SQL that a PostgreSQL database needs, or apply it", terminal)
    {
        _part.AcceptOnlyFromAmong([All, .. Schemas.Select(schema => schema.Name)]);
        Add(_part);
        Add(_apply);
    }

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string part = context.Values.GetRequiredValue(_part);
        PostgreSqlSchema[] chosen = [.. Schemas.Where(schema => part == All || part == schema.Name)];
        if (context.Values.GetValue(_apply))
            await ApplyAsync(context, chosen, cancellationToken);
        else
            Print(context, chosen);
        return ExitCode.Ok;
    }

    private static void Print(CommandContext context, IEnumerable<PostgreSqlSchema> schemas)
    {
        foreach (var schema in schemas)
        {
            if (!context.Json)
            {
                context.Terminal.Output.Write(schema.Script);
                continue;
            }

            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", schema.Name);
                json.WriteNumber("version", schema.Version);
                json.WriteString("script", schema.Script);
                json.WriteEndObject();
            });
        }
    }

    private static async Task ApplyAsync(CommandContext context, PostgreSqlSchema[] schemas, CancellationToken cancellationToken)
    {
        // All are read before the first is touched.
        var servers = new List<PostgreSqlServer>();
        try
        {
            foreach (var schema in schemas)
                servers.Add(ServerOf(schema, context.Terminal.Variable));
            foreach (var (schema, server) in schemas.Zip(servers))
                Report(context, schema, server, await schema.ApplyAsync(server, cancellationToken));
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    private static PostgreSqlServer ServerOf(PostgreSqlSchema schema, Func<string, string?> variable)
    {
        string name = schema == PostgreSqlSchema.Storage ? "IqdbFlat__Storage__ConnectionString" : "IqdbFlat__Clustering__ConnectionString";
        return variable(name) is { Length: > 0 } connection
            ? PostgreSqlServer.Of(name, connection)
            : throw FlatIndexException.InvalidConfig($"the variable {name} must say how to reach the database for {schema.Name}");
    }

    private static void Report(CommandContext context, PostgreSqlSchema schema, PostgreSqlServer server, bool isApplied)
    {
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine($"{schema.Name}: {(isApplied ? "applied to" : "up to date in")} {server}");
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", schema.Name);
            json.WriteNumber("version", schema.Version);
            json.WriteString("server", server.ToString());
            json.WriteBoolean("applied", isApplied);
            json.WriteEndObject();
        });
    }
}
