using System.CommandLine;
using System.Globalization;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Cli.Commands.Search;

/// <summary>Finds the nearest rows.</summary>
internal sealed class SearchCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();
    private readonly Option<string?> _vector = new("--vector") { Description = "The query, such as \"0.1, 0.2\"" };
    private readonly Option<string?> _file = new("--query-file") { Description = "A file of queries, in any form of rows" };
    private readonly Option<long> _row = new("--row") { Description = "The row of the file that is the query, counted from 0" };
    private readonly Option<bool> _all = new("--all") { Description = "Every row of the file is a query" };
    private readonly Option<int> _k = new("--k") { Description = "Hits wanted", DefaultValueFactory = _ => 10 };
    private readonly Option<string?> _filter = new("--filter") { Description = "Which rows count, such as \"kind = 'method' and year >= 2020\"" };
    private readonly Option<string?> _metric = new("--metric") { Description = "The metric that you expect; an index with another one is an error" };
    private readonly Option<bool> _metadata = new("--metadata") { Description = "Show the metadata of hits" };
    private readonly Option<bool> _linearizable = new("--linearizable") { Description = "Each shard looks at its log in the store first: nothing acknowledged is missed, ever" };
    private readonly Option<bool> _explain = new("--explain") { Description = "Say what each shard did: rows, filtered, scanned, bytes, time" };

    private readonly BoundArguments _bounds = new();
    private readonly Option<string?> _groupBy = new("--group-by") { Description = "The nearest of each group of rows, by the value of this field: --k groups, --per-group hits of each" };
    private readonly Option<int> _perGroup = new("--per-group") { Description = "Hits of each group", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _fuse = new("--fuse") { Description = "Every row of the file is a query, and the ranks of their answers are fused into one" };
    private readonly Option<int> _depth = new("--depth") { Description = "Hits of each query that --fuse looks at", DefaultValueFactory = _ => RankFusion.DefaultDepth };

    public SearchCommand(Terminal terminal)
        : base("search", "Find the exact nearest rows", terminal) =>
        Declare([_name, _vector, _file, _row, _all, _k, _filter, _metric, .. _bounds.All, _groupBy, _perGroup, _fuse, _depth, _metadata, _linearizable, _explain]);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var options = _bounds.Bound(values, new()
        {
            Filter = values.GetValue(_filter) is { } filter ? FilterText.Parse(filter) : null,
            Metric = values.GetValue(_metric) is { } metric ? MetricText.Parse(metric) : null,
            IncludeMetadata = values.GetValue(_metadata),
            Freshness = values.GetValue(_linearizable) ? Freshness.Linearizable : Freshness.Session,
        });
        bool fuse = values.GetValue(_fuse);
        bool all = values.GetValue(_all) || fuse;
        string? file = values.GetValue(_file);
        bool grouped = values.GetValue(_groupBy) is not null;
        Refuse(grouped && all, "--group-by goes with one query: expected --vector or --row, found --all or --fuse");
        Refuse(!grouped && values.GetResult(_perGroup) is { Implicit: false }, "expected --per-group together with --group-by, found it alone");
        Refuse(!fuse && values.GetResult(_depth) is { Implicit: false }, "expected --depth together with --fuse, found it alone");
        Refuse((grouped || fuse) && values.GetValue(_explain), "--explain is of one search: expected it without --group-by and --fuse, which are made of several");
        Refuse((grouped || fuse) && _bounds.IsPaged(values), "--cursor goes on with one search: expected it without --group-by and --fuse");
        float[]? query = ReadQuery(values.GetValue(_vector), file, all, values.GetResult(_row) is { Implicit: false } ? values.GetValue(_row) : null);

        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(values.GetRequiredValue(_name), cancellationToken);
        var answer = new SearchAnswer(context, options.IncludeMetadata, values.GetValue(_explain), _bounds.IsPaged(values));
        int k = _bounds.K(values, _k);
        if (fuse)
        {
            FusedQuery[] queries = [.. QuerySource.ReadWhole(file!).Select(vector => new FusedQuery(vector, options.VectorName, options.Filter))];
            GroupedAnswer.Print(context, await index.SearchFusedAsync(queries, k, values.GetValue(_depth), options, cancellationToken));
            return ExitCode.Ok;
        }

        if (query is not null && values.GetValue(_groupBy) is { } field)
        {
            GroupedAnswer.Print(context, await index.SearchGroupsAsync(query, field, k, values.GetValue(_perGroup), options, cancellationToken));
            return ExitCode.Ok;
        }

        if (query is not null)
        {
            var result = await index.SearchAsync(query, k, options, cancellationToken);
            answer.Print(result.Hits, result.Shards);
            return ExitCode.Ok;
        }

        foreach (var (first, queries) in QuerySource.ReadAll(file!))
        {
            var result = await SearchAsync(index, file!, first, queries, k, options, cancellationToken);
            answer.Print(first, result.Answers, result.Shards);
        }

        return ExitCode.Ok;
    }

    private static void Refuse(bool holds, string sentence)
    {
        if (holds)
            throw FlatIndexException.InvalidConfig(sentence);
    }

    /// <summary>The one query, or null when every row of the file is one.</summary>
    private static float[]? ReadQuery(string? vector, string? file, bool all, long? row)
    {
        if (vector is null == file is null)
            throw FlatIndexException.InvalidConfig($"expected either --vector or --query-file, found {(vector is null ? "neither" : "both")}");
        if (vector is not null)
        {
            return !all && row is null
                ? VectorText.Parse(vector)
                : throw FlatIndexException.InvalidConfig("--row and --all go with --query-file, and there is none");
        }

        if (all && row is not null)
            throw FlatIndexException.InvalidConfig("expected --row or --all, found both");
        return all ? null : QuerySource.ReadRow(file!, row ?? 0);
    }

    private static async Task<ClusterSearchBatchResult> SearchAsync(
        IFlatIndex index,
        string file,
        long first,
        IReadOnlyList<ReadOnlyMemory<float>> queries,
        int k,
        ClusterSearchOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await index.SearchBatchAsync(queries, k, options, cancellationToken);
        }
        catch (FlatIndexException error) when (error.Error.Item is { } item)
        {
            string place = (first + item).ToString(CultureInfo.InvariantCulture);
            throw new FlatIndexException(error.Error with { Message = $"{file}, row {place} (counted from 0): {error.Message}" }, error);
        }
    }
}
