using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cli.Tests.Commands;

public sealed class SchemaCommandTests
{
    [Fact]
    public async Task The_scripts_are_printed_as_they_are()
    {
        string storage = (await RunAsync([], "schema", "storage")).Ok().Output;
        string clustering = (await RunAsync([], "schema", "clustering")).Ok().Output;
        Assert.Contains("CREATE TABLE IF NOT EXISTS OrleansStorage", storage, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE IF NOT EXISTS OrleansMembership", clustering, StringComparison.Ordinal);
        Assert.Equal(storage + clustering, (await RunAsync([], "schema")).Ok().Output);
        Assert.Equal(storage, (await RunAsync([], "schema", "storage", "--json")).Ok().Json.GetProperty("script").GetString());
    }

    [Fact]
    public async Task Tables_are_made_once()
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartPostgreSqlAsync();
        (string, string)[] variables =
            [("IqdbFlat__Storage__ConnectionString", server.ConnectionString), ("IqdbFlat__Clustering__ConnectionString", server.ConnectionString)];
        string place = $"PostgreSQL at {server.Endpoint}, database postgres";
        Assert.Equal($"storage: applied to {place}\nclustering: applied to {place}\n", (await RunAsync(variables, "schema", "--apply")).Ok().Output);
        var again = (await RunAsync(variables, "schema", "clustering", "--apply", "--json")).Ok().Json;
        Assert.Equal((false, 1, place), (again.GetProperty("applied").GetBoolean(), again.GetProperty("version").GetInt32(), again.GetProperty("server").GetString()));
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_told_without_the_password()
    {
        (await RunAsync([], "schema", "--apply")).Fails(ExitCode.BadInput, "the variable IqdbFlat__Storage__ConnectionString must say how to reach the database for storage");
        var refused = await RunAsync([("IqdbFlat__Storage__ConnectionString", "Host=127.0.0.1;Port=1;Username=u;Password=s3cret")], "schema", "storage", "--apply");
        refused.Fails(ExitCode.Failed, "PostgreSQL at 127.0.0.1:1, database u cannot be reached");
        Assert.DoesNotContain("s3cret", refused.Error, StringComparison.Ordinal);
        (await RunAsync([], "schema", "everything")).Fails(ExitCode.BadInput);
    }

    internal static async Task<CommandRun> RunAsync((string Name, string Value)[] variables, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error) with { Variable = name => variables.FirstOrDefault(variable => variable.Name == name).Value };
        var code = await CliApplication.RunAsync(args, terminal, [.. ClusterCommands.All(terminal), new SchemaCommand(terminal)]);
        return new(code, output.ToString(), error.ToString());
    }
}
