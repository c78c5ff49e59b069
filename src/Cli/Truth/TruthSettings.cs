using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary>What a run of <c>ground-truth</c> is to do.</summary>
/// <param name="Queries">The file of queries.</param>
/// <param name="Metric">How distances are measured.</param>
/// <param name="K">Hits of an answer.</param>
/// <param name="Output">Where the answers go.</param>
/// <param name="Distances">Where the distances go, for forms that hold ids alone.</param>
/// <param name="Memory">Bytes that the process may take.</param>
/// <param name="Threads">Threads that measure.</param>
/// <param name="Resume">Whether to go on from the checkpoint of an earlier run.</param>
internal sealed record TruthSettings(string Queries, Metric Metric, int K, string Output, string? Distances, long Memory, int Threads, bool Resume)
{
    // What the process takes before the first row: the runtime, and what readers of files keep (16 MiB blocks of HDF5, decoded and not).
    private const long Reserved = 160L << 20;
    private const long MostBlockBytes = 64L << 20;

    /// <summary>How the search uses the memory that is allowed.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: too little for these queries, with what would do.</exception>
    public StreamSearchOptions SearchOptions(int dimension, int queries)
    {
        var least = new StreamSearchOptions { Threads = Threads, BlockBytes = StreamSearchOptions.LeastBlockBytes };
        long needed = Reserved + StreamSearch.BytesFor(dimension, queries, K, least);
        if (Memory < needed)
        {
            throw FlatIndexException.InvalidConfig(
                $"expected --memory of at least {(needed >> 20) + 1}MiB for {queries} queries of {dimension} components and {K} hits each, found {Memory >> 20}MiB");
        }

        return least with { BlockBytes = Math.Min(MostBlockBytes, least.BlockBytes + ((Memory - needed) / 2)) };
    }
}
