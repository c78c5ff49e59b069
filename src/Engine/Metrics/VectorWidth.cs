using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics;

/// <summary>How wide this processor, and what .NET is allowed of it, computes distances. The answers are the same for all widths.</summary>
public static class VectorWidth
{
    /// <summary>Bits of a vector: 512, 256 or 128; 32 where floats are computed one by one.</summary>
    public static int Bits => KernelSelection.Widest switch
    {
        LanesKind.Vector512 => 512,
        LanesKind.Vector256 => 256,
        LanesKind.Vector128 => 128,
        _ => 32,
    };
}
