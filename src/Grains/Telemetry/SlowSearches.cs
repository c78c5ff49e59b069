using System.Globalization;
using System.Text;
using IqdbFlat.Abstractions;
using Microsoft.Extensions.Logging;

namespace IqdbFlat.Grains.Telemetry;

/// <summary>Keeps and logs the searches that took longer than the setting, each with its explain.</summary>
internal sealed partial class SlowSearches(TimeSpan limit, SiloTelemetry telemetry, TimeProvider time, ILogger<SlowSearches> logger)
{
    private const int Kept = 64;
    private const int FilterShown = 1_000;

    private readonly object _gate = new();
    private readonly Queue<SlowSearch> _recent = new();

    /// <summary>The last ones, the newest last.</summary>
    public IReadOnlyList<SlowSearch> Recent
    {
        get
        {
            lock (_gate)
                return [.. _recent];
        }
    }

    /// <summary>Looks at a search that is over.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="reply">The answer; null where it failed.</param>
    /// <param name="error">The kind of the error; null where it was answered.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Look(SearchRequest request, SearchReply? reply, string? error, TimeSpan elapsed)
    {
        if (limit == TimeSpan.Zero || elapsed < limit)
            return;
        var search = new SlowSearch(time.GetUtcNow(), request.Index, request.QueryCount, request.K, TextOf(request.Filter.Filter), elapsed, reply?.Shards ?? [], error);
        lock (_gate)
        {
            if (_recent.Count == Kept)
                _recent.Dequeue();
            _recent.Enqueue(search);
        }

        telemetry.CountSlow(search.Index);
        if (error is not null)
            LogFailed(search.Index, search.Elapsed, search.Queries, search.K, search.Filter, error);
        else
            Log(search);
    }

    private void Log(SlowSearch search)
    {
        var slowest = search.Shards.MaxBy(shard => shard.Elapsed);
        LogSlow(
            search.Index,
            search.Elapsed,
            search.Queries,
            search.K,
            search.Filter,
            search.Shards.Sum(shard => shard.Rows),
            search.Shards.Sum(shard => shard.Filtered),
            search.Shards.Sum(shard => shard.Pruned),
            search.Shards.Sum(shard => shard.Scanned),
            search.Shards.Sum(shard => shard.BytesRead),
            slowest is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{slowest.Shard} on {slowest.Silo}, {slowest.Elapsed}"),
            new TimeSpan(search.Shards.Sum(shard => shard.FilterTime.Ticks)),
            new TimeSpan(search.Shards.Sum(shard => shard.ScanTime.Ticks)),
            new TimeSpan(search.Shards.Sum(shard => shard.MergeTime.Ticks)),
            search.Shards.Aggregate(default(SearchPlans), (plans, shard) => plans | shard.Plans));
    }

    // A filter that is refused may have no text; one line, whatever its strings hold.
    private static string TextOf(Filter? filter)
    {
        if (filter is null)
            return "";
        string text;
        try
        {
            text = FilterText.Format(filter);
        }
        catch (FlatIndexException refused)
        {
            return refused.Message;
        }

        var line = new StringBuilder();
        foreach (char letter in text.AsSpan(0, Math.Min(text.Length, FilterShown)))
        {
            if (char.IsControl(letter))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else
                line.Append(letter);
        }

        return text.Length <= FilterShown ? line.ToString() : line.Append(CultureInfo.InvariantCulture, $"... ({text.Length} characters)").ToString();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Slow search of {Index}: {Elapsed}, {Queries} queries, k {K}, filter [{Filter}]; {Rows} rows met, {Filtered} filtered, {Pruned} pruned, {Scanned} scanned, {BytesRead} bytes read; slowest shard {Slowest}; filter {FilterTime}, scan {ScanTime}, merge {MergeTime}; plans {Plans}.")]
    private partial void LogSlow(
        string index,
        TimeSpan elapsed,
        int queries,
        int k,
        string filter,
        long rows,
        long filtered,
        long pruned,
        long scanned,
        long bytesRead,
        string slowest,
        TimeSpan filterTime,
        TimeSpan scanTime,
        TimeSpan mergeTime,
        SearchPlans plans);

    [LoggerMessage(LogLevel.Warning, "Slow search of {Index}: {Elapsed}, {Queries} queries, k {K}, filter [{Filter}]; it ended as {Error}.")]
    private partial void LogFailed(string index, TimeSpan elapsed, int queries, int k, string filter, string error);
}
