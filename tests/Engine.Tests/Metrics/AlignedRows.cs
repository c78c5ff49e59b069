using System.Runtime.InteropServices;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Tests.Metrics;

/// <summary>Rows in native memory at the stride of a segment, fenced on both sides by NaN that must never count.</summary>
internal sealed unsafe class AlignedRows : IDisposable
{
    private const int Fence = 64;

    private readonly float* _memory;

    /// <param name="rows">Vectors of one length.</param>
    /// <param name="offset">Floats by which the first row is off 64 bytes.</param>
    public AlignedRows(float[][] rows, int offset = 0)
    {
        int stride = PreparedQuery.StrideOf(rows.Length == 0 ? 1 : rows[0].Length);
        int length = (rows.Length * stride) + offset + (2 * Fence);
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
        Span<float> all = new(_memory, length);
        all.Fill(float.NaN);
        Start = _memory + Fence + offset;
        for (int i = 0; i < rows.Length; i++)
        {
            Span<float> row = new(Start + ((long)i * stride), stride);
            row.Clear();
            rows[i].CopyTo(row);
        }
    }

    ~AlignedRows() => NativeMemory.AlignedFree(_memory);

    public float* Start { get; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        GC.SuppressFinalize(this);
    }
}
