namespace IqdbFlat.Engine.Columns;

/// <summary>Values of a column that lie side by side in <see cref="ValueOrder"/>, by their ranks.</summary>
/// <param name="First">The rank of the first.</param>
/// <param name="End">The rank after the last.</param>
internal readonly record struct RankRange(int First, int End)
{
    /// <summary>Values in the range.</summary>
    public int Length => End - First;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => End <= First;
}
