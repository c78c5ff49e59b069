using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Silo.Page;

/// <summary>A search typed into the page: <c>POST /api/search</c> with <c>{"index","vector","k","filter"}</c>, the vector and the filter as the command line takes them, and
/// <c>"vectorName"</c> where rows have several.</summary>
internal static class SearchBox
{
    // The page shows them all; who wants more has the command line.
    private const int MaxK = 1_000;

    private sealed record Request(string Index, string Vector, int K, string? Filter, string? VectorName);

    /// <summary>Answers a request. Only JSON is taken: a form of another site's page cannot send that.</summary>
    public static async Task AnswerAsync(HttpContext context, IFlatIndexClient client)
    {
        PageFiles.Protect(context.Response);
        if (!context.Request.HasJsonContentType())
        {
            await PageFiles.RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "expected JSON");
            return;
        }

        try
        {
            var request = await context.Request.ReadFromJsonAsync<Request>(context.RequestAborted) ?? throw new JsonException();
            if (request.Index is null || request.Vector is null)
                throw new JsonException();
            if (request.K is < 1 or > MaxK)
                throw FlatIndexException.InvalidConfig($"k is 1 to {MaxK} here, found {request.K}");
            var options = new ClusterSearchOptions
            {
                IncludeMetadata = true,
                VectorName = string.IsNullOrEmpty(request.VectorName) ? null : request.VectorName,
                Filter = string.IsNullOrWhiteSpace(request.Filter) ? null : FilterText.Parse(request.Filter),
            };
            float[] query = VectorText.Parse(request.Vector);
            long started = Stopwatch.GetTimestamp();
            var index = await client.OpenAsync(request.Index, context.RequestAborted);
            var result = await index.SearchAsync(query, request.K, options, context.RequestAborted);
            var elapsed = Stopwatch.GetElapsedTime(started);
            await context.Response.WriteAsJsonAsync(
                new
                {
                    ms = elapsed.TotalMilliseconds,
                    hits = result.Hits.Select(hit => new
                    {
                        id = hit.Id.ToString(),
                        distance = hit.Distance.ToString(CultureInfo.InvariantCulture),
                        metadata = MetadataText.Of(hit.Metadata),
                    }),
                    shards = result.Shards.OrderBy(shard => shard.Shard).Select(Explain),
                },
                PageFiles.Json,
                context.RequestAborted);
        }
        catch (FlatIndexException error)
        {
            await PageFiles.RefuseAsync(context, StatusCodes.Status400BadRequest, error.Message);
        }
        catch (JsonException)
        {
            await PageFiles.RefuseAsync(context, StatusCodes.Status400BadRequest, "expected {\"index\": text, \"vector\": text, \"k\": number, \"filter\": text}");
        }
    }

    private static object Explain(ShardReport shard) => new
    {
        shard = shard.Shard,
        silo = shard.Silo,
        rows = shard.Rows,
        filtered = shard.Filtered,
        pruned = shard.Pruned,
        scanned = shard.Scanned,
        bytes = shard.BytesRead,
        ms = shard.Elapsed.TotalMilliseconds,
        plan = shard.Plans.ToString(),
    };
}
