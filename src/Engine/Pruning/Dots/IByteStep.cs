using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>Unsigned bytes times signed bytes, four neighbours added to each sum of 32 bits.</summary>
internal interface IByteStep
{
    /// <summary>Whether this processor can run it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The sums with the products added. The signed ones are those of a query, -63 to 63.</summary>
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<byte> unsigned, Vector256<sbyte> signed);
}
