using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>A row to learn from, where it lies.</summary>
/// <param name="vector">Its components, padded.</param>
/// <param name="factor">What makes a direction of it for <see cref="BoundForm.Angle"/>; 1 otherwise.</param>
/// <param name="residual">What its codes leave out.</param>
internal readonly unsafe struct SampleRow(float* vector, float factor, float residual)
{
    /// <summary>A row of a segment.</summary>
    /// <param name="layout">How rows and codes lie.</param>
    /// <param name="rows">The segment's first row.</param>
    /// <param name="blocks">Its codes.</param>
    /// <param name="offset">The row's place.</param>
    public static SampleRow Of(SegmentLayout layout, float* rows, byte* blocks, int offset)
    {
        float* vector = rows + ((long)offset * layout.Stride);
        double norm = layout.Codes.Form == BoundForm.Angle ? Math.Sqrt(RowEncoder.Squares(vector, layout.CodedStride)) : 1;
        return new SampleRow(vector, norm > 0 ? (float)(1 / norm) : 0, CodeBlocks.ResidualOf(blocks, layout.Codes, offset));
    }

    /// <summary>Its components, padded.</summary>
    public float* Vector { get; } = vector;

    /// <summary>What makes a direction of it.</summary>
    public float Factor { get; } = factor;

    /// <summary>What its codes leave out.</summary>
    public float Residual { get; } = residual;
}
