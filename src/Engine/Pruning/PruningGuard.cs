namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// Whether bounds pay for one thread of one search. Where too many rows of a chunk survive, the next chunks are scanned plainly, twice as
/// many each time up to a limit, and then one is tried again.
/// </summary>
/// <param name="mostSurvivors">The share of rows above which bounds do not pay.</param>
internal sealed class PruningGuard(double mostSurvivors = PruningGuard.MostSurvivors)
{
    private const int FirstRest = 4;
    private const int MostRest = 64;

    // A row that survives is fetched by itself, which costs about four rows of a stream at 128 components; at this share both plans cost about the same.
    internal const double MostSurvivors = 0.2;

    private int _rest;
    private int _nextRest = FirstRest;

    /// <summary>Whether the next chunk is to be tried with bounds; counts it.</summary>
    public bool TryNext()
    {
        if (_rest == 0)
            return true;
        _rest--;
        return false;
    }

    /// <summary>Takes note of what became of a chunk's rows.</summary>
    public void Learn(long tested, long survived)
    {
        if (tested == 0)
            return;
        if (survived <= mostSurvivors * tested)
        {
            _nextRest = FirstRest;
            return;
        }

        _rest = _nextRest;
        _nextRest = Math.Min(2 * _nextRest, MostRest);
    }
}
