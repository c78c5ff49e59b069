using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Backup;

/// <summary>Reads everything that is stored again and says what is wrong with it.</summary>
internal sealed class VerifyCommand : ClusterCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "The index; without it all of them", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _file = new("--file") { Description = "A backup to check instead, without a cluster" };

    public VerifyCommand(Terminal terminal)
        : base("verify", "Read every stored record of an index, or a backup, again and check it", terminal) => Declare(_name, _file);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string? name = context.Values.GetValue(_name);
        if (context.Values.GetValue(_file) is not { } path)
            return await VerifyAsync(context, name, cancellationToken);
        if (name is not null)
            throw FlatIndexException.InvalidConfig($"either an index or a backup is verified, found '{name}' and --file");
        await using var file = BackupSource.Open(path);
        long start = context.Terminal.Time.GetTimestamp();
        var report = await BackupSource.CheckAsync(context, file, cancellationToken);
        BackupAnswer.Print(context, "are sound", path, report, context.Terminal.Time.GetElapsedTime(start));
        return ExitCode.Ok;
    }

    private async Task<ExitCode> VerifyAsync(CommandContext context, string? name, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var found = new List<IndexVerification>();
        foreach (string index in name is null ? await cluster.Client.ListNamesAsync(cancellationToken) : [name])
        {
            try
            {
                found.Add(await cluster.Client.VerifyAsync(index, cancellationToken: cancellationToken));
            }
            catch (FlatIndexException gone) when (name is null && gone.Kind == FlatErrorKind.IndexNotFound)
            {
                // The name of an index that was being made or dropped: there is nothing under it.
            }
            catch (FlatIndexException failure) when (name is null)
            {
                found.Add(new() { Index = index, Shards = [], Problems = [], Unchecked = [$"nothing was checked: {failure.Message}"] });
            }
        }

        VerifyAnswer.Print(context, found);
        return found.TrueForAll(index => index.IsSound) ? ExitCode.Ok : ExitCode.Failed;
    }
}
