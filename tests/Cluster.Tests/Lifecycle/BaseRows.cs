using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cluster.Tests.Lifecycle;

/// <summary>Rows that are there from the beginning, and one question whose answer they alone decide: what writers add meanwhile lies far away.</summary>
internal sealed class BaseRows
{
    public const int Dimension = 64;
    private const int K = 10;
    private const int Batch = 2_000;
    private readonly float[] _query = Vector(ulong.MaxValue);
    private Hit[] _answer = [];

    /// <summary>Makes an index and fills it.</summary>
    public static async Task<(IFlatIndex Index, BaseRows Rows)> CreateAsync(IFlatIndexClient client, int shards, int count)
    {
        var token = TestContext.Current.CancellationToken;
        var index = await client.CreateAsync("rows", new(Dimension, Metric.Euclidean, shards), cancellationToken: token);
        for (int first = 0; first < count; first += Batch)
            await index.InsertBatchAsync([.. Enumerable.Range(first, Math.Min(Batch, count - first)).Select(i => new Row((ulong)i, Vector((ulong)i)))], cancellationToken: token);
        var rows = new BaseRows();
        rows._answer = [.. (await index.SearchAsync(rows._query, K, cancellationToken: token)).Hits];
        Assert.Equal(K, rows._answer.Length);
        return (index, rows);
    }

    /// <summary>Asks the question; another answer than the first fails.</summary>
    public async Task AskAsync(IFlatIndex index, TimeSpan deadline)
    {
        var hits = (await index.SearchAsync(_query, K, new() { Deadline = deadline }, TestContext.Current.CancellationToken)).Hits;
        Assert.Equal(_answer.Select(hit => (hit.Id, hit.Distance, hit.Sequence)), hits.Select(hit => (hit.Id, hit.Distance, hit.Sequence)));
    }

    /// <summary>Asks the question many times in one call, so that the scan and not the call is what the silos are busy with.</summary>
    public async Task AskManyAsync(IFlatIndex index, int times, TimeSpan deadline)
    {
        var queries = Enumerable.Repeat((ReadOnlyMemory<float>)_query, times).ToArray();
        var answers = (await index.SearchBatchAsync(queries, K, new() { Deadline = deadline }, TestContext.Current.CancellationToken)).Answers;
        Assert.Equal(times, answers.Count);
        foreach (var hits in answers)
            Assert.Equal(_answer.Select(hit => (hit.Id, hit.Distance, hit.Sequence)), hits.Select(hit => (hit.Id, hit.Distance, hit.Sequence)));
    }

    /// <summary>The vector of a row that a writer adds: far from the question.</summary>
    public static float[] FarVector(ulong id)
    {
        float[] vector = Vector(id);
        vector[0] += 1_000;
        return vector;
    }

    private static float[] Vector(ulong id)
    {
        var random = new Random((int)(id * 2_654_435_761 >> 3));
        return [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
    }
}
