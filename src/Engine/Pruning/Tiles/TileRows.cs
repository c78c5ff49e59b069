using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>
/// The codes of a block, eight rows side by side: four components of the first row, of the second, to the eighth, then the next four components. So what is
/// multiplied by four components of a query gives sums of eight rows, and none has to be folded.
/// </summary>
internal static unsafe class TileRows
{
    /// <summary>Rows side by side.</summary>
    public const int Rows = 8;

    private const int Bytes = 32;

    /// <summary>Brings the codes of some rows side by side, <see cref="QueryCodes.Above"/> added to each.</summary>
    /// <param name="codes">The codes of the first row.</param>
    /// <param name="stride">Bytes of a row.</param>
    /// <param name="rows">How many rows there are; where they are fewer than eight, the last one comes again.</param>
    /// <param name="wide">Takes eight times a row's bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Take(byte* codes, nint stride, int rows, byte* wide)
    {
        int last = Math.Min(rows, Rows) - 1;
        byte* row0 = codes;
        byte* row1 = codes + (Math.Min(1, last) * stride);
        byte* row2 = codes + (Math.Min(2, last) * stride);
        byte* row3 = codes + (Math.Min(3, last) * stride);
        byte* row4 = codes + (Math.Min(4, last) * stride);
        byte* row5 = codes + (Math.Min(5, last) * stride);
        byte* row6 = codes + (Math.Min(6, last) * stride);
        byte* row7 = codes + (Math.Min(7, last) * stride);
        for (nint at = 0; at < stride; at += Bytes, wide += Rows * Bytes)
        {
            var low01 = Avx2.UnpackLow(Load(row0 + at), Load(row1 + at)).AsInt64();
            var high01 = Avx2.UnpackHigh(Load(row0 + at), Load(row1 + at)).AsInt64();
            var low23 = Avx2.UnpackLow(Load(row2 + at), Load(row3 + at)).AsInt64();
            var high23 = Avx2.UnpackHigh(Load(row2 + at), Load(row3 + at)).AsInt64();
            var low45 = Avx2.UnpackLow(Load(row4 + at), Load(row5 + at)).AsInt64();
            var high45 = Avx2.UnpackHigh(Load(row4 + at), Load(row5 + at)).AsInt64();
            var low67 = Avx2.UnpackLow(Load(row6 + at), Load(row7 + at)).AsInt64();
            var high67 = Avx2.UnpackHigh(Load(row6 + at), Load(row7 + at)).AsInt64();
            Store(Avx2.UnpackLow(low01, low23), Avx2.UnpackLow(low45, low67), wide);
            Store(Avx2.UnpackHigh(low01, low23), Avx2.UnpackHigh(low45, low67), wide + Bytes);
            Store(Avx2.UnpackLow(high01, high23), Avx2.UnpackLow(high45, high67), wide + (2 * Bytes));
            Store(Avx2.UnpackHigh(high01, high23), Avx2.UnpackHigh(high45, high67), wide + (3 * Bytes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Load(byte* codes) => (Vector256.Load(codes) ^ Vector256.Create((byte)QueryCodes.Above)).AsInt32();

    /// <summary>Four components of four rows and of four others: the lower halves are of components 16 before those of the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<long> firstRows, Vector256<long> lastRows, byte* wide)
    {
        Avx2.Permute2x128(firstRows, lastRows, 0x20).AsByte().Store(wide);
        Avx2.Permute2x128(firstRows, lastRows, 0x31).AsByte().Store(wide + (4 * Bytes));
    }
}
