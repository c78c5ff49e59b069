namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>The implementations of <see cref="ILanes{TSelf}"/>, narrowest first.</summary>
internal enum LanesKind
{
    /// <summary><see cref="LanesScalar"/>.</summary>
    Scalar,

    /// <summary><see cref="Lanes128"/>.</summary>
    Vector128,

    /// <summary><see cref="Lanes256"/>.</summary>
    Vector256,

    /// <summary><see cref="Lanes512"/>.</summary>
    Vector512,
}
