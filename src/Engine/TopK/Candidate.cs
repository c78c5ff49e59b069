namespace IqdbFlat.Engine.TopK;

/// <summary>A row that may be a hit. Ordered by distance, then by sequence; where the row lies never matters.</summary>
/// <param name="Key">The distance as <see cref="DistanceOrder.KeyOf"/> orders it.</param>
/// <param name="Row">Where the row lies in its snapshot.</param>
/// <param name="Sequence">When the row was inserted, unique over the index.</param>
internal readonly record struct Candidate(uint Key, int Row, ulong Sequence) : IComparable<Candidate>
{
    /// <inheritdoc/>
    public int CompareTo(Candidate other) => Key != other.Key ? Key.CompareTo(other.Key) : Sequence.CompareTo(other.Sequence);

    /// <summary>Whether this row ranks before <paramref name="other"/>.</summary>
    public bool Before(in Candidate other) => Key < other.Key || (Key == other.Key && Sequence < other.Sequence);

    public static bool operator <(Candidate left, Candidate right) => left.Before(right);

    public static bool operator >(Candidate left, Candidate right) => right.Before(left);

    public static bool operator <=(Candidate left, Candidate right) => !right.Before(left);

    public static bool operator >=(Candidate left, Candidate right) => !left.Before(right);
}
