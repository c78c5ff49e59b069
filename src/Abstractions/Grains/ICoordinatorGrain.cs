using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>
/// Checks a request once, fans it out to the index's shards, merges, and explains. Stateless; clients spread their calls over
/// keys, because a client reaches one key through one gateway.
/// </summary>
[Alias("iqdb.ICoordinatorGrain")]
public interface ICoordinatorGrain : IGrainWithIntegerKey
{
    /// <summary>Answers one search or several of one shape.</summary>
    [Alias("SearchIndex")]
    [ResponseTimeout("00:10:00")]
    Task<SearchReply> SearchIndex(SearchRequest request, CancellationToken cancellationToken);

    /// <summary>The same for searches that are bounded by distance or rank: a method of its own, because a silo that knows no bounds would answer without them.</summary>
    [Alias("SearchWithin")]
    [ResponseTimeout("00:10:00")]
    Task<SearchReply> SearchWithin(SearchRequest request, CancellationToken cancellationToken);

    /// <summary>Writes rows, or removes them.</summary>
    [Alias("WriteRows")]
    [ResponseTimeout("00:10:00")]
    Task<WriteReply> WriteRows(WriteRequest request, CancellationToken cancellationToken);

    /// <summary>Rows by id; ids that are not there are left out.</summary>
    [Alias("GetRows")]
    [ResponseTimeout("00:10:00")]
    Task<StoredRowBlock> GetRows(GetRequest request, CancellationToken cancellationToken);

    /// <summary>The next rows in the order of insertion.</summary>
    [Alias("ReadPage")]
    [ResponseTimeout("00:10:00")]
    Task<Page> ReadPage(PageRequest request, CancellationToken cancellationToken);

    /// <summary>The next rows of an ordered list.</summary>
    [Alias("ListRows")]
    [ResponseTimeout("00:10:00")]
    Task<Page> ListRows(ListRequest request, CancellationToken cancellationToken);

    /// <summary>The number of rows that meet a filter.</summary>
    [Alias("CountRows")]
    [ResponseTimeout("00:10:00")]
    Task<RowCount> CountRows(CountRequest request, CancellationToken cancellationToken);

    /// <summary>What the index holds, shard by shard.</summary>
    [Alias("ReportIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexReport> ReportIndex(string index, TimeSpan deadline, CancellationToken cancellationToken);
}
