using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Samples.WebService;

/// <summary>The articles in their index: each is one row, its vector made of its words, its parts the row's metadata.</summary>
public sealed class ArticleIndex(IFlatIndexClient client)
{
    private const string Name = "articles";

    // Set once, when the service starts; until then the service is not healthy.
    private IFlatIndex? _index;

    private IFlatIndex Index => _index ?? throw FlatIndexException.Unavailable("the index of articles is not open yet");

    public async Task CreateAsync() =>
        _index = await client.CreateAsync(Name, new IndexSettings(Embedding.Dimension, Metric.Cosine, Shards: 2), ifNotExists: true);

    public Task PutAsync(ulong id, Article article, CancellationToken cancel) => Index.UpsertAsync(
        new Row(
            id,
            Embedding.Of($"{article.Title} {article.Text}"),
            Metadata.From(("title", article.Title), ("text", article.Text), ("kind", article.Kind), ("year", article.Year))),
        cancellationToken: cancel);

    public async Task<Article?> GetAsync(ulong id, CancellationToken cancel) =>
        await Index.GetAsync(id, cancel) is { Metadata: var found }
            ? new(found["title"].AsString, found["text"].AsString, found["kind"].AsString, (int)found["year"].AsInt)
            : null;

    // Of a batch, ids that are not there are passed over: deleting twice is no error.
    public Task DeleteAsync(ulong id, CancellationToken cancel) => Index.DeleteBatchAsync([id], cancellationToken: cancel);

    /// <summary>The nearest articles that match; the next page with the cursor of this one's last hit, so that none comes twice while others are written.</summary>
    public async Task<Page> SearchAsync(string words, string? filter, int k, string? after, CancellationToken cancel)
    {
        var options = new ClusterSearchOptions
        {
            Filter = filter is null ? null : FilterText.Parse(filter),
            Cursor = after,
            IncludeMetadata = true,
        };
        var result = await Index.SearchAsync(Embedding.Of(words), k, options, cancel);
        var hits = result.Hits.Select(hit => new Found(
            hit.Id.Number, hit.Metadata!["title"].AsString, hit.Metadata["kind"].AsString, (int)hit.Metadata["year"].AsInt, hit.Distance)).ToList();
        return new(hits, hits.Count > 0 && hits.Count == k ? result.Hits[^1].Cursor : null);
    }

    public Task<long> CountAsync(CancellationToken cancel) => Index.CountAsync(cancel);
}
