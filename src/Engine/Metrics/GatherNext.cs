namespace IqdbFlat.Engine.Metrics;

/// <summary>The first rows of the list that will be gathered after this one, so that their lines are on the way when it begins.</summary>
/// <param name="rows">What their places count from.</param>
/// <param name="places">Their places.</param>
/// <param name="count">How many; more than <see cref="Most"/> are of no use.</param>
internal readonly unsafe struct GatherNext(float* rows, int* places, int count)
{
    /// <summary>The most rows that are asked for ahead.</summary>
    public const int Most = 16;

    /// <summary>What the places count from.</summary>
    public float* Rows { get; } = rows;

    /// <summary>The places.</summary>
    public int* Places { get; } = places;

    /// <summary>How many there are.</summary>
    public int Count { get; } = count;
}
