using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>For each row of a full segment a centre, and a radius no less than the row's distance from it: three bytes.</summary>
/// <param name="model">The centres.</param>
/// <param name="rows">Rows of the segment.</param>
internal sealed unsafe class RowLabels(CentreModel model, int rows)
{
    /// <summary>Bytes of a row's label.</summary>
    public const int RowBytes = 3;

    // Eight labels are loaded at once.
    private const int Step = 8;

    private readonly byte[] _centres = new byte[rows + Step];

    // The upper half of a float, rounded up.
    private readonly ushort[] _radii = new ushort[rows + Step];

    /// <summary>The centres.</summary>
    public CentreModel Model { get; } = model;

    /// <summary>Bytes of the arrays.</summary>
    public long Bytes => _centres.LongLength + (_radii.LongLength * sizeof(ushort));

    /// <summary>The label of a row.</summary>
    public (int Centre, float Radius) this[int row] => (_centres[row], RadiusOf(_radii[row]));

    /// <summary>Labels rows that have codes.</summary>
    /// <param name="model">The centres.</param>
    /// <param name="layout">How rows and codes lie.</param>
    /// <param name="vectors">The rows.</param>
    /// <param name="blocks">Their codes.</param>
    /// <param name="rows">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowLabels Make(CentreModel model, SegmentLayout layout, float* vectors, byte* blocks, int rows)
    {
        var labels = new RowLabels(model, rows);
        Span<SampleRow> some = stackalloc SampleRow[CentreModel.RowsAtOnce];
        Span<int> centres = stackalloc int[CentreModel.RowsAtOnce];
        Span<float> radii = stackalloc float[CentreModel.RowsAtOnce];
        for (int row = 0; row < rows; row += some.Length)
        {
            some = some[..Math.Min(some.Length, rows - row)];
            for (int i = 0; i < some.Length; i++)
                some[i] = SampleRow.Of(layout, vectors, blocks, row + i);
            model.Give(some, centres, radii);
            for (int i = 0; i < some.Length; i++)
            {
                labels._centres[row + i] = (byte)centres[i];
                labels._radii[row + i] = HalfUp(radii[i]);
            }
        }

        return labels;
    }

    /// <summary>The upper half of the least float that has no lower half and is no less than one that is not negative; infinity for NaN.</summary>
    public static ushort HalfUp(float radius) =>
        float.IsFinite(radius) ? (ushort)((BitConverter.SingleToUInt32Bits(radius) + 0xFFFF) >> 16) : (ushort)0x7F80;

    /// <summary>A bit for each of up to 64 rows from <paramref name="first"/> on: set where the row is proven to be out.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many, 1 to 64.</param>
    /// <param name="limits">For each centre, what radii are out that are below it (<see cref="CentreLimits.For"/>).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Out(int first, int count, float[] limits)
    {
        ulong result = 0;
        int row = 0;
        fixed (byte* centres = &_centres[first])
        fixed (ushort* radii = &_radii[first])
        fixed (float* table = limits)
        {
            if (Avx2.IsSupported)
            {
                for (; row + Step <= count; row += Step)
                {
                    var limit = Avx2.GatherVector256(table, Avx2.ConvertToVector256Int32(centres + row), sizeof(float));
                    var radius = Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32(radii + row), 16).AsSingle();
                    result |= (ulong)Vector256.LessThan(radius, limit).ExtractMostSignificantBits() << row;
                }
            }

            for (; row < count; row++)
                result |= RadiusOf(radii[row]) < table[centres[row]] ? 1UL << row : 0;
        }

        return result;
    }

    /// <summary>The radius of its upper half.</summary>
    public static float RadiusOf(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);
}
