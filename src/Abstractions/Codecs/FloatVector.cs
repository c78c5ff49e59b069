using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>
/// 32-bit floats as they travel: one vector, or several of one length end to end. Written as one length-prefixed block of
/// little-endian bytes, because a header per element would cost thirty times as much.
/// </summary>
/// <param name="Values">The floats. Never changed after they are handed over.</param>
[Immutable]
public readonly record struct FloatVector(ReadOnlyMemory<float> Values)
{
    /// <summary>Wraps an array without a copy.</summary>
    public static implicit operator FloatVector(float[] values) => new(values);

    /// <summary>The number of floats.</summary>
    public int Length => Values.Length;

    /// <summary>The floats.</summary>
    public ReadOnlySpan<float> Span => Values.Span;
}
