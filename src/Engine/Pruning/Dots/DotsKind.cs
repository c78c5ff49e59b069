namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>The implementations of <see cref="ICodeDots"/>.</summary>
internal enum DotsKind
{
    /// <summary><see cref="ScalarDots"/>.</summary>
    Scalar,

    /// <summary><see cref="Vector128Dots"/>.</summary>
    Vector128,

    /// <summary><see cref="ArmDots"/>.</summary>
    Arm,

    /// <summary><see cref="Avx2Dots{TStep}"/> with <see cref="MaddStep"/>.</summary>
    Avx2,

    /// <summary><see cref="Avx2Dots{TStep}"/> with <see cref="VnniStep"/>.</summary>
    Vnni,
}
