namespace IqdbFlat.VectorData.Recall;

/// <summary>Takes a share of what comes, evenly: of any n in a row, n times the share, give or take one.</summary>
internal sealed class AuditShare
{
    private readonly double _share;
    private long _seen;

    public AuditShare(double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of searches that are audited is 0 to 1.");
        _share = share;
    }

    public bool TakesNext()
    {
        long seen = Interlocked.Increment(ref _seen);
        return Math.Floor(seen * _share) > Math.Floor((seen - 1) * _share);
    }
}
