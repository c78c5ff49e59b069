using IqdbFlat.Cli.Numerics;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Vectors of one distribution, each a function of seed, stream and row number alone: rows may be made in any order, by any number of threads,
/// on any machine, and have the same bits.
/// </summary>
internal abstract class RowGenerator
{
    private const int Buckets = 100;

    private readonly ulong _seed;

    /// <summary>Begins a distribution.</summary>
    protected RowGenerator(int dimension, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, Limits.Dimension);
        Dimension = dimension;
        _seed = seed;
    }

    /// <summary>The components of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Makes the generator of a distribution.</summary>
    /// <param name="data">The distribution.</param>
    /// <param name="dimension">Components of a vector, 1 to 65,536.</param>
    /// <param name="rows">Rows of the index; duplicates take the number of different vectors from it.</param>
    /// <param name="seed">The seed.</param>
    public static RowGenerator Create(GeneratedData data, int dimension, long rows, ulong seed) => data switch
    {
        GeneratedData.Normal => new NormalRows(dimension, seed),
        GeneratedData.Unit => new UnitRows(dimension, seed),
        GeneratedData.Spectrum => new SpectrumRows(dimension, seed),
        GeneratedData.Duplicates => new DuplicateRows(dimension, rows, seed),
        GeneratedData.Offset => new OffsetRows(dimension, seed),
        GeneratedData.Thirds => new ThirdsRows(dimension, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(data), data, "not a distribution"),
    };

    /// <summary>Writes the vector of one row. Safe to call from many threads.</summary>
    public abstract void Fill(RowStream stream, long row, Span<float> vector);

    /// <summary>The metadata of one row: <c>bucket</c>, an integer from 0 to 99, each as likely as any other and independent of the vector.</summary>
    public Metadata MetadataOf(long row) => Metadata.From(("bucket", (long)Random(RowStream.Metadata, row).Below(Buckets)));

    /// <summary>The random numbers of one row.</summary>
    protected Xoshiro256 Random(RowStream stream, long row) => new(_seed, (ulong)stream, (ulong)row);

    /// <summary>The normal numbers of one row.</summary>
    protected NormalSource Normals(RowStream stream, long row) => new(Random(stream, row));
}
