using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// How the codes of a segment lie beside its rows: in blocks of rows, each with the rows' terms first (scales, norms, residuals) and their
/// codes behind, so that a scan reads one rising stream.
/// </summary>
/// <remarks>A block is a quarter of a full segment at the most, so that a chunk of a scan is whole blocks.</remarks>
internal readonly record struct CodeLayout
{
    /// <summary>Vectors of fewer components have no codes: the terms of a row would weigh more than what its codes save.</summary>
    public const int LeastDimension = 32;

    /// <summary>The most rows of a block.</summary>
    public const int MostBlockRows = 64;

    private const int Granule = 64;
    private const int TermsOfRow = 3;

    /// <summary>The layout for rows of a dimension in segments of <paramref name="fullRows"/> rows.</summary>
    public CodeLayout(int dimension, int fullRows, BoundForm form)
    {
        Form = dimension < LeastDimension ? BoundForm.None : form;
        Stride = (dimension + Granule - 1) & -Granule;
        BlockRows = Math.Clamp(fullRows / 4, 4, MostBlockRows);
    }

    /// <summary>Which bound; <see cref="BoundForm.None"/> where rows have no codes.</summary>
    public BoundForm Form { get; }

    /// <summary>Whether rows have codes.</summary>
    public bool HasCodes => Form != BoundForm.None;

    /// <summary>Bytes from one row's codes to the next: a component is a byte, padded with zeros.</summary>
    public int Stride { get; }

    /// <summary>Rows of a block: a power of two, 4 to 64.</summary>
    public int BlockRows { get; }

    /// <summary>Bytes from a block's begin to its codes.</summary>
    public int TermBytes => ((BlockRows * TermsOfRow * sizeof(float)) + CacheLine.Bytes - 1) & -CacheLine.Bytes;

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes => TermBytes + (BlockRows * Stride);

    /// <summary>Bytes for so many rows; 0 where rows have no codes, or are fewer than a block.</summary>
    public long BytesFor(int rows) => HasCodes && rows >= BlockRows ? (long)(rows / BlockRows) * BlockBytes : 0;

    /// <summary>Where the block of a row begins.</summary>
    public long BlockOf(int offset) => (long)(offset / BlockRows) * BlockBytes;
}
