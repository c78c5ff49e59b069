using System.CommandLine;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Commands.Search;

/// <summary>The options of a search that bound its answer.</summary>
internal sealed class BoundArguments
{
    private readonly Option<string?> _vectorName = new("--vector-name") { Description = "The vector that is measured, where rows have several" };
    private readonly Option<float?> _radius = new("--radius") { Description = "Only hits at this distance or nearer; without --k, all of them" };
    private readonly Option<float?> _minDistance = new("--min-distance") { Description = "Only hits at this distance or farther" };
    private readonly Option<float?> _minScore = new("--min-score") { Description = "Only hits at least as similar, with cosine (1 - distance) and dotproduct" };
    private readonly Option<int> _offset = new("--offset") { Description = "Hits to pass over" };
    private readonly Option<string?> _cursor = new("--cursor") { Description = "Go on behind the cursor that the page before told; first begins, and tells one" };
    private readonly Option<bool> _ties = new("--include-ties") { Description = "Also all hits at the distance of the last one" };

    /// <summary>All of them, in the order of help.</summary>
    public Option[] All => [_vectorName, _radius, _minDistance, _minScore, _offset, _cursor, _ties];

    /// <summary>Whether hits are told with a cursor.</summary>
    public bool IsPaged(ParseResult values) => values.GetValue(_cursor) is not null;

    /// <summary>How many hits are wanted: all in a radius, where no number is said.</summary>
    public int K(ParseResult values, Option<int> k) =>
        values.GetValue(_radius) is not null && values.GetResult(k) is null or { Implicit: true } ? int.MaxValue : values.GetValue(k);

    /// <summary>Adds the bounds to a search's options.</summary>
    public ClusterSearchOptions Bound(ParseResult values, ClusterSearchOptions options) => options with
    {
        VectorName = values.GetValue(_vectorName),
        MaxDistance = values.GetValue(_radius),
        MinDistance = values.GetValue(_minDistance),
        MinScore = values.GetValue(_minScore),
        Skip = values.GetValue(_offset),
        Cursor = values.GetValue(_cursor) is var cursor && cursor == "first" ? null : cursor,
        IncludeTies = values.GetValue(_ties),
    };
}
