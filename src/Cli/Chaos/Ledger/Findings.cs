namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>What a run found wrong: counts, and the first of each in words. Writers and checks add to it at the same time.</summary>
internal sealed class Findings
{
    private const int WordsKept = 40;
    private readonly Lock _gate = new();
    private readonly List<string> _words = [];
    private readonly long[] _counts = new long[Enum.GetValues<FindingKind>().Length];

    /// <summary>In words, the first ones.</summary>
    public IReadOnlyList<string> Words
    {
        get
        {
            lock (_gate)
                return [.. _words];
        }
    }

    /// <summary>Whether anything was found.</summary>
    public bool Any => Enum.GetValues<FindingKind>().Any(kind => Count(kind) > 0);

    /// <summary>How many of a kind.</summary>
    public long Count(FindingKind kind)
    {
        lock (_gate)
            return _counts[(int)kind];
    }

    /// <summary>Adds one.</summary>
    public void Add(FindingKind kind, string what)
    {
        lock (_gate)
        {
            _counts[(int)kind]++;
            if (_words.Count < WordsKept)
                _words.Add($"{kind}: {what}");
        }
    }
}

/// <summary>Kinds of what can be wrong.</summary>
internal enum FindingKind
{
    /// <summary>An acknowledged row, its bits, or an acknowledged removal is not there.</summary>
    Lost,

    /// <summary>A row is there that nobody wrote, or that was removed or refused.</summary>
    Phantom,

    /// <summary>A write was applied twice.</summary>
    Duplicated,

    /// <summary>Rows are in another order than they were written in, a batch is in a shard by half, or an answer differs from the oracle's.</summary>
    Wrong,

    /// <summary>The cluster did not come back, or answered with an error that it must not answer with.</summary>
    Failed,
}
