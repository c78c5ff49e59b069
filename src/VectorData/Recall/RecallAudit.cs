using IqdbFlat.Engine;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Recall;

/// <summary>The audit of one search: takes what was found, and asks the exact collection for the truth. Nothing of it throws.</summary>
internal sealed class RecallAudit<TKey, TRecord>(VectorStoreCollection<TKey, TRecord> exact, Func<TRecord, TKey> key, RecallInstruments instruments)
    where TKey : notnull
    where TRecord : class
{
    private readonly HashSet<TKey> _found = [];
    private Exception? _error;

    /// <summary>Takes a record that the search found.</summary>
    public void Take(TRecord record)
    {
        try
        {
            _found.Add(key(record));
        }
        catch (Exception error)
        {
            _error ??= error;
        }
    }

    /// <summary>Tells the recall of what was found, or that it could not be told. Ends with the limit or the token at the latest.</summary>
    public async Task RunAsync<TInput>(TInput query, int top, VectorSearchOptions<TRecord>? options, TimeSpan limit, CancellationToken cancellationToken)
        where TInput : notnull
    {
        if (_error is not null)
        {
            instruments.Failed(_error);
            return;
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            end.CancelAfter(limit);
            // A collection in the process answers on the thread that asks it, so another one asks: not even an answer that never comes keeps the caller.
            var recall = Task.Run(() => RecallAsync(query, top, options, end.Token), end.Token);
            await recall.WaitAsync(end.Token).ConfigureAwait(false);
            instruments.Audited(await recall.ConfigureAwait(false));
        }
        catch (Exception error)
        {
            // The caller has had the whole answer; that it could not be audited is for those who look at the metric.
            instruments.Failed(error);
        }
    }

    /// <summary>The recall; null where nothing was to be found.</summary>
    private async Task<double?> RecallAsync<TInput>(TInput query, int top, VectorSearchOptions<TRecord>? options, CancellationToken cancellationToken)
        where TInput : notnull
    {
        var bare = new VectorSearchOptions<TRecord>
        {
            Filter = options?.Filter,
            VectorProperty = options?.VectorProperty,
            Skip = options?.Skip ?? 0,
            ScoreThreshold = options?.ScoreThreshold,
        };
        for (int wanted = top; ;)
        {
            var nearest = new List<(TKey Key, double? Score)>();
            await foreach (var result in exact.SearchAsync(query, wanted, bare, cancellationToken).ConfigureAwait(false))
                nearest.Add((key(result.Record), result.Score));
            // More is asked for only while a record that was found could be one of those that tie with the k-th.
            if (nearest.Count < wanted || !Equals(nearest[^1].Score, nearest[top - 1].Score) || _found.IsSubsetOf(nearest.Select(record => record.Key)))
                return nearest.Count > 0 ? RecallAtK.Of(nearest, _found, top) : null;
            int more = (int)Math.Min(2L * wanted, Limits.Hits - bare.Skip);
            if (more <= wanted)
                throw new TooManyTiesException();
            wanted = more;
        }
    }

    /// <summary>More records tie with the k-th than an answer may have, so whether one that was found does is not known.</summary>
    private sealed class TooManyTiesException : Exception;
}
