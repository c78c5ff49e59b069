using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Docs.Tests.Samples;

/// <summary>What blocks find in scope: the same three rows, in the engine and in a cluster.</summary>
internal static class SampleRows
{
    private static readonly Row[] Rows =
    [
        new(1, new float[] { 1, 0, 0 }, Metadata.From(("kind", "method"), ("year", 2019))),
        new(2, new float[] { 0, 1, 0 }, Metadata.From(("kind", "method"), ("year", 2024))),
        new(3, new float[] { 0, 0, 1 }, Metadata.From(("kind", "type"), ("year", 2024))),
    ];

    /// <summary>The variables of a mode. The cluster is without any other index.</summary>
    public static async Task<IReadOnlyDictionary<string, object>> VariablesAsync(SampleMode mode, TestCluster cluster)
    {
        if (mode == SampleMode.Index)
        {
            var index = new FlatIndex(3, Metric.Euclidean);
            index.InsertBatch(Rows);
            return new Dictionary<string, object> { ["index"] = index };
        }

        if (mode is not (SampleMode.Client or SampleMode.Handle))
            return new Dictionary<string, object>();
        var cancel = TestContext.Current.CancellationToken;
        foreach (var old in await cluster.Client.ListAsync(cancel))
            await cluster.Client.DropAsync(old.Name, cancel);
        var variables = new Dictionary<string, object> { ["cluster"] = cluster.Orleans.Client, ["client"] = cluster.Client };
        if (mode == SampleMode.Handle)
        {
            IFlatIndex index = await cluster.Client.CreateAsync("docs", new(3, Metric.Euclidean, 2), cancellationToken: cancel);
            await index.InsertBatchAsync(Rows, cancellationToken: cancel);
            variables.Add("index", index);
        }

        return variables;
    }
}
