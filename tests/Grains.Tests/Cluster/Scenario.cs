using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>
/// One history of writes and one list of searches, the same for the engine and for every cluster: what an index answers afterwards
/// must not depend on where it ran. Vectors repeat, so that ties are everywhere.
/// </summary>
internal sealed class Scenario
{
    public const int Dimension = 20;
    private const int Rows = 1_500;
    private readonly Row[] _rows;
    private readonly RowId[] _deleted;
    private readonly Row[] _again;
    private readonly Row[] _replaced;
    private readonly (float[] Query, int K, Filter? Filter)[] _searches;

    public Scenario(int seed)
    {
        var random = new Random(seed);
        var vectors = Enumerable.Range(0, 90).Select(_ => Vector(random)).ToArray();
        _rows = [.. Enumerable.Range(0, Rows).Select(i => new Row(Id(i), vectors[random.Next(vectors.Length)], MetadataOf(random)))];
        _deleted = [.. Enumerable.Range(0, Rows).Where(i => i % 7 == 3).Select(Id)];
        _again = [.. Enumerable.Range(0, Rows).Where(i => i % 21 == 3).Select(i => new Row(Id(i), vectors[random.Next(vectors.Length)], MetadataOf(random)))];
        _replaced = [.. Enumerable.Range(0, Rows).Where(i => i % 11 == 5).Select(i => new Row(Id(i), vectors[random.Next(vectors.Length)], MetadataOf(random)))];
        _searches =
        [
            .. Enumerable.Range(0, 24).Select(i => (
                i % 3 == 0 ? vectors[random.Next(vectors.Length)] : Vector(random),
                (int[])[1, 10, 100, 5_000] is var ks ? ks[i % 4] : 0,
                i % 2 == 0 ? null : FilterOf(random))),
        ];
    }

    public async Task<string> RunAsync(IFlatIndex index, int batch, CancellationToken cancellationToken)
    {
        foreach (var rows in _rows.Chunk(batch))
            await index.InsertBatchAsync(rows, cancellationToken: cancellationToken);
        await index.DeleteBatchAsync(_deleted, cancellationToken: cancellationToken);
        foreach (var rows in _again.Chunk(batch))
            await index.UpsertBatchAsync(rows, cancellationToken: cancellationToken);
        foreach (var rows in _replaced.Chunk(batch))
            await index.UpsertBatchAsync(rows, cancellationToken: cancellationToken);
        foreach (var row in _replaced.Take(20))
            await index.UpdateMetadataAsync(row.Id, Metadata.From(("kind", "changed")), cancellationToken: cancellationToken);
        return await SearchAsync(index, cancellationToken);
    }

    /// <summary>The digest of all searches, one by one and, where they have no filter, once more as one batch.</summary>
    public async Task<string> SearchAsync(IFlatIndex index, CancellationToken cancellationToken)
    {
        using var digest = new AnswerDigest();
        foreach (var (query, k, filter) in _searches)
            digest.Add((await index.SearchAsync(query, k, new ClusterSearchOptions { Filter = filter }, cancellationToken)).Hits);
        ReadOnlyMemory<float>[] queries = [.. _searches.Select(search => (ReadOnlyMemory<float>)search.Query)];
        foreach (var answer in (await index.SearchBatchAsync(queries, 17, cancellationToken: cancellationToken)).Answers)
            digest.Add(answer);
        return digest.Finish();
    }

    /// <summary>The digest that the engine gives.</summary>
    public string RunEngine(Metric metric)
    {
        using var index = new FlatIndex(Dimension, metric);
        index.InsertBatch(_rows);
        index.DeleteBatch(_deleted);
        index.UpsertBatch(_again);
        index.UpsertBatch(_replaced);
        foreach (var row in _replaced.Take(20))
            index.UpdateMetadata(row.Id, Metadata.From(("kind", "changed")));
        using var digest = new AnswerDigest();
        foreach (var (query, k, filter) in _searches)
            digest.Add(index.Search(query, k, new SearchOptions { Filter = filter }).Hits);
        foreach (var (query, _, _) in _searches)
            digest.Add(index.Search(query, 17).Hits);
        return digest.Finish();
    }

    private static RowId Id(int i) => i % 5 == 0 ? RowId.FromBytes([(byte)i, (byte)(i >> 8), 7]) : RowId.FromUInt64((ulong)i * 977);

    private static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimension).Select(_ => (float)((random.NextDouble() * 4) - 2))];

    private static Metadata MetadataOf(Random random) => random.Next(4) == 0
        ? Metadata.Empty
        : Metadata.From(("kind", random.Next(2) == 0 ? "a" : "b"), ("size", (long)random.Next(50)));

    private static Filter FilterOf(Random random) => random.Next(3) switch
    {
        0 => Filter.Eq("kind", "a"),
        1 => Filter.And(Filter.Gte("size", 20L), Filter.Not(Filter.Eq("kind", "b"))),
        _ => Filter.Or(Filter.In("size", 1L, 2L, 3L), Filter.Eq("kind", "changed")),
    };
}
