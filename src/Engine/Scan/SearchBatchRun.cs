using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// A batch of searches over one snapshot, tile by tile. Each answer is the one that the query gets alone, and the error, where there is one, the
/// first that single searches in turn would meet.
/// </summary>
internal sealed class SearchBatchRun(RowSnapshot snapshot, ScanScheduler? scheduler, TimeProvider time, int k, SearchOptions options, ScanCosts? costs)
{
    /// <summary>Runs the queries from <paramref name="first"/> on, as many as make a tile.</summary>
    /// <returns>How many it ran.</returns>
    /// <exception cref="FlatIndexException">The first error in the order of the queries; <see cref="FlatError.Item"/> says which query.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public int Run(IReadOnlyList<ReadOnlyMemory<float>> queries, int first, SearchResult[] results, CancellationToken cancellationToken)
    {
        var searches = new List<SnapshotSearch>();
        FlatIndexException? bad = null;
        for (int item = first; item < queries.Count && bad is null && (searches.Count == 0 || searches.Count < searches[0].MostInTile); item++)
        {
            try
            {
                searches.Add(SnapshotSearch.Checked(snapshot, queries[item].Span, k, options, time, costs));
            }
            catch (FlatIndexException error)
            {
                bad = Of(error, item);
            }
        }

        // A query that cannot be searched for is an error only once those before it had none.
        Run([.. searches], first, results, cancellationToken);
        return bad is null ? searches.Count : throw bad;
    }

    private void Run(SnapshotSearch[] searches, int first, SearchResult[] results, CancellationToken cancellationToken)
    {
        if (searches.Length == 0)
            return;
        if (scheduler is not null && searches[0].ChunkCount >= FlatIndex.WorthSeveralThreads)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var answers = scheduler.SubmitAsync(searches, stop.Token);
            try
            {
                Take(i => answers[i].GetAwaiter().GetResult());
            }
            catch
            {
                stop.Cancel();
                throw;
            }

            return;
        }

        var workers = SnapshotSearch.RunTile(searches, cancellationToken);
        Take(i => searches[i].Finish([workers[i]]));

        void Take(Func<int, SearchResult> answer)
        {
            for (int i = 0; i < searches.Length; i++)
            {
                try
                {
                    results[first + i] = answer(i);
                }
                catch (FlatIndexException error)
                {
                    throw Of(error, first + i);
                }
            }
        }
    }

    private static FlatIndexException Of(FlatIndexException error, int item) => new(error.Error with { Item = item }, error);
}
