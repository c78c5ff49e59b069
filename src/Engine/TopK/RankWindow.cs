namespace IqdbFlat.Engine.TopK;

/// <summary>The ranks that count in a search: those behind one rank, up to one distance. The default value of the type lets no distance in; every rank counts in <see cref="All"/>.</summary>
/// <param name="First">Only what ranks behind this counts.</param>
/// <param name="LastKey">Only distances of this key or below count.</param>
internal readonly record struct RankWindow(Candidate First, uint LastKey)
{
    /// <summary>Every rank: sequences are above 0, so each is behind the lowest key with sequence 0.</summary>
    public static RankWindow All { get; } = new(default, uint.MaxValue);

    /// <summary>Whether every rank counts.</summary>
    public bool IsAll => this == All;

    /// <summary>A window of distances, both ends included, behind a rank.</summary>
    /// <param name="min">The least distance; null for any. 0 stands for both zeros.</param>
    /// <param name="max">The greatest distance, which no NaN is below; null for any, NaN too. 0 stands for both zeros.</param>
    /// <param name="after">The distance and sequence of the rank; null for none.</param>
    public static RankWindow Of(float? min, float? max, (float Distance, ulong Sequence)? after)
    {
        Candidate first = default;
        if (min is { } least)
            first = new(DistanceOrder.KeyOf(least == 0 ? -0f : least), 0, 0);
        if (after is { } last && first.Before(new(DistanceOrder.KeyOf(last.Distance), 0, last.Sequence)))
            first = new(DistanceOrder.KeyOf(last.Distance), 0, last.Sequence);
        return new(first, max is { } greatest ? DistanceOrder.KeyOf(greatest == 0 ? 0f : greatest) : uint.MaxValue);
    }
}
