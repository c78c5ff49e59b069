using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Backup;

/// <summary>Verifies an index, shard by shard, and goes on after whatever it finds.</summary>
internal sealed class VerifyRun(ClusterCaller caller, string name, IProgress<int>? progress)
{
    private static readonly TimeSpan Longest = IqdbFlatClientOptions.MaxDeadline;

    private readonly List<ShardVerification> _shards = [];
    private readonly List<RecordProblem> _problems = [];
    private readonly List<string> _unchecked = [];

    public async Task<IndexVerification> RunAsync(CancellationToken cancellationToken)
    {
        var description = await DescribeAsync(cancellationToken);
        for (int shard = 0; shard < (description?.Settings.Shards ?? 0); shard++)
        {
            await VerifyAsync(description!, shard, cancellationToken);
            progress?.Report(shard + 1);
        }

        return new()
        {
            Index = name,
            Description = description,
            Shards = _shards,
            Problems = _problems,
            Unchecked = _unchecked,
            Digest = description is not null && _shards.Count == description.Settings.Shards ? Sum() : null,
        };
    }

    private async Task<IndexDescription?> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await caller.Ask(
                name, caller.Start(Longest), (grains, cancel) => grains.NextBackup().VerifyIndex(name, Longest, cancel), cancellationToken);
        }
        catch (FlatIndexException error) when (error.Kind == FlatErrorKind.CorruptData)
        {
            _problems.Add(new(error.Error.Record ?? "index", error.Error.Reason ?? error.Message));
            _unchecked.Add("no shard was checked: the record that says where they are cannot be read");
            return null;
        }
    }

    private async Task VerifyAsync(IndexDescription description, int shard, CancellationToken cancellationToken)
    {
        try
        {
            var found = await caller.Ask(
                name, caller.Start(Longest), (grains, cancel) => grains.NextBackup().VerifyShard(description, shard, Longest, cancel), cancellationToken);
            _shards.Add(found);
            _problems.AddRange(found.Problems.Select(problem => problem with { Record = $"{shard:0000}/{problem.Record}" }));
            if (found.ProblemCount > found.Problems.Length)
                _unchecked.Add($"shard {shard} has {found.ProblemCount} problems, of which {found.Problems.Length} are listed");
            _unchecked.AddRange(found.Unchecked.Select(reason => $"shard {shard}: {reason}"));
        }
        catch (FlatIndexException error)
        {
            _unchecked.Add($"shard {shard} was not checked: {error.Message}");
        }
    }

    private RowsDigest? Sum()
    {
        var sum = default(RowsDigest);
        foreach (var shard in _shards)
        {
            if (shard.Stored is not { } stored)
                return null;
            sum = sum.With(stored);
        }

        return sum;
    }
}
