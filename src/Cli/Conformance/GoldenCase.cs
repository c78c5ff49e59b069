using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>One case: an index, what is done to it, one search, and the answer that is expected.</summary>
/// <param name="Name">The case's name, as failures print it.</param>
/// <param name="Kind">What the case is about.</param>
/// <param name="Dimension">The index's dimension; 0 where creating it must fail.</param>
/// <param name="Metric">The index's metric.</param>
/// <param name="Operations">What is done, in order.</param>
/// <param name="Count">Rows in the index after all operations.</param>
/// <param name="Query">The query.</param>
/// <param name="K">How many hits are asked for.</param>
/// <param name="Filter">The filter, or none.</param>
/// <param name="SearchMetric">The metric that the search names, where it names one.</param>
/// <param name="Tolerance">How far distances may differ; none where they must be equal in every bit.</param>
/// <param name="Expect">What must come out.</param>
internal sealed record GoldenCase(
    string Name,
    string Kind,
    int Dimension,
    Metric Metric,
    IReadOnlyList<GoldenOperation> Operations,
    int Count,
    float[] Query,
    int K,
    Filter? Filter,
    Metric? SearchMetric,
    GoldenTolerance? Tolerance,
    GoldenExpectation Expect);

/// <summary>What an operation does.</summary>
internal enum GoldenOperationKind
{
    /// <summary>Inserts the one row of <see cref="GoldenOperation.Rows"/>.</summary>
    Insert,

    /// <summary>Inserts all <see cref="GoldenOperation.Rows"/> as one batch.</summary>
    InsertBatch,

    /// <summary>Deletes <see cref="GoldenOperation.Id"/>.</summary>
    Delete,
}

/// <summary>One operation.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Rows">The rows to insert; empty for a delete.</param>
/// <param name="Id">The id to delete.</param>
/// <param name="Error">How it must fail, where it must.</param>
internal sealed record GoldenOperation(GoldenOperationKind Kind, IReadOnlyList<Row> Rows, RowId Id, GoldenError? Error);

/// <summary>How an operation or the search must fail.</summary>
/// <param name="Kind">The kind of error.</param>
/// <param name="At">Where: <c>new</c>, <c>op</c> or <c>search</c>.</param>
/// <param name="Expected">The expected number of a dimension mismatch.</param>
/// <param name="Found">The number found.</param>
internal sealed record GoldenError(FlatErrorKind Kind, string At, long? Expected, long? Found);

/// <summary>How far distances may differ: |difference| &lt;= absolute + relative * |distance|.</summary>
internal sealed record GoldenTolerance(double Absolute, double Relative);

/// <summary>Hits, or an error: exactly one of the two.</summary>
internal sealed record GoldenExpectation(IReadOnlyList<GoldenHit>? Hits, GoldenError? Error);

/// <summary>One expected hit. Metadata is null where the case does not say.</summary>
internal sealed record GoldenHit(RowId Id, float Distance, Metadata? Metadata);
