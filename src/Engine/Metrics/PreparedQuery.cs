namespace IqdbFlat.Engine.Metrics;

/// <summary>A query made ready for scans: padded with zeros to the stride of the rows, with what the metric needs of it alone.</summary>
/// <remarks>
/// The components are in an ordinary array that a scan pins for the time of a call, so that there is no memory to give back, and begin where a cache
/// line does (<see cref="LineStart"/>).
/// </remarks>
internal sealed class PreparedQuery
{
    /// <summary>Rows are padded to a multiple of this many floats: the lanes of the canonical arithmetic.</summary>
    public const int Granule = 16;

    private readonly float[] _padded;
    private readonly int _first;

    /// <summary>Copies <paramref name="vector"/>, which has at least one component.</summary>
    /// <param name="metric">How distances are measured.</param>
    /// <param name="vector">The components.</param>
    /// <param name="rowStride">Floats from one row to the next, a multiple of 16; 0 where a row is as long as the query.</param>
    /// <param name="offset">Where in a row the vector lies that the query is measured with, a multiple of 16.</param>
    public PreparedQuery(Metric metric, ReadOnlySpan<float> vector, int rowStride = 0, int offset = 0)
    {
        if (vector.IsEmpty)
        {
            throw FlatIndexException.InvalidConfig("a query has at least 1 component, found 0");
        }

        Metric = metric;
        Dimension = vector.Length;
        Stride = StrideOf(vector.Length);
        _padded = new float[Stride + LineStart.Beyond<float>()];
        _first = LineStart.Of(_padded);
        vector.CopyTo(_padded.AsSpan(_first));
        RowStride = rowStride == 0 ? Stride : rowStride;
        Offset = offset;
        Squares = metric == Metric.Cosine ? CanonicalDistance.Squares(Padded) : 0;
    }

    /// <summary>How distances are measured.</summary>
    public Metric Metric { get; }

    /// <summary>Components, without the padding.</summary>
    public int Dimension { get; }

    /// <summary>Floats that are measured: the dimension rounded up to 16.</summary>
    public int Stride { get; }

    /// <summary>Floats from one row to the next: the stride, or more where rows have several vectors.</summary>
    public int RowStride { get; }

    /// <summary>Floats from the begin of a row to the vector that is measured.</summary>
    public int Offset { get; }

    /// <summary>dot(query, query) for cosine, 0 for every other metric.</summary>
    public float Squares { get; }

    /// <summary>The components and their padding: <see cref="Stride"/> floats.</summary>
    public ReadOnlySpan<float> Padded => _padded.AsSpan(_first, Stride);

    /// <summary>The stride of vectors with <paramref name="dimension"/> components.</summary>
    public static int StrideOf(int dimension) => (dimension + Granule - 1) & -Granule;
}
