using System.Runtime.CompilerServices;

namespace IqdbFlat.Engine.Pruning;

/// <summary>Rows in the blocks of <see cref="CodeLayout"/>.</summary>
internal static unsafe class CodeBlocks
{
    /// <summary>Writes the codes and terms of a row.</summary>
    /// <param name="blocks">The first block of the segment.</param>
    /// <param name="layout">How blocks lie.</param>
    /// <param name="offset">The row's place.</param>
    /// <param name="row">Its components, padded with zeros.</param>
    /// <param name="stride">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(byte* blocks, CodeLayout layout, int offset, float* row, int stride)
    {
        byte* block = blocks + layout.BlockOf(offset);
        int at = offset % layout.BlockRows;
        var codes = (sbyte*)block + layout.TermBytes + ((long)at * layout.Stride);
        var terms = RowEncoder.Encode(layout.Form, row, stride, codes, layout.Stride);
        float* scales = (float*)block;
        scales[at] = terms.Scale;
        ((int*)scales)[layout.BlockRows + at] = terms.Norm;
        scales[(2 * layout.BlockRows) + at] = terms.Residual;
    }

    /// <summary>The residual of a row.</summary>
    /// <param name="blocks">The first block of the segment.</param>
    /// <param name="layout">How blocks lie.</param>
    /// <param name="offset">The row's place.</param>
    public static float ResidualOf(byte* blocks, CodeLayout layout, int offset) =>
        ((float*)(blocks + layout.BlockOf(offset)))[(2 * layout.BlockRows) + (offset % layout.BlockRows)];
}
