using System.Runtime.InteropServices;
using IqdbFlat.Cli.Numerics;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>Makes rows out of a seed, their id and the numbers of the writes that wrote them, so that a ledger need not keep them.</summary>
internal sealed class RowMaker(ulong seed)
{
    /// <summary>Components of a vector.</summary>
    public const int Dimension = 16;

    // Few values: distances are often equal, and then the order of insertion decides.
    private const int Values = 3;

    /// <summary>A row of some content.</summary>
    public Row Make(ulong id, RowContent content) => new(id, Vector(id, content), Metadata(content));

    /// <summary>Whether a stored row has some content, to the bit.</summary>
    public bool Is(in StoredRow row, RowContent content) =>
        content.IsThere
        && MemoryMarshal.AsBytes(row.Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(Vector(row.Id.Number, content).AsSpan()))
        && row.Metadata.Equals(Metadata(content));

    /// <summary>A query.</summary>
    public float[] Query(int number) => Components(new Xoshiro256(seed, ulong.MaxValue, (ulong)number));

    /// <summary>The metadata of some content.</summary>
    public static Metadata Metadata(RowContent content) => Engine.Metadata.From(("write", content.Metadata), ("odd", content.Metadata % 2 == 1));

    private float[] Vector(ulong id, RowContent content) => Components(new Xoshiro256(seed, id, (ulong)content.Vector));

    private static float[] Components(Xoshiro256 random)
    {
        var vector = new float[Dimension];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.Below(Values);
        return vector;
    }
}
