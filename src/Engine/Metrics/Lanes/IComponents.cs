namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>
/// Neighbouring lanes of the canonical arithmetic as one value: what a metric does to them, lane by lane. All sixteen of them are
/// <see cref="ILanes{TSelf}"/>; as many of them as fit in one register are a part, such as <see cref="Part256"/>.
/// </summary>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal unsafe interface IComponents<TSelf>
    where TSelf : struct, IComponents<TSelf>
{
    /// <summary>+0.0 in every lane.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>A float a lane, from memory of any alignment.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Lane by lane.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Lane by lane.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The sign bit cleared in every lane.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>sum = left*right + sum in every lane, rounded once: the fused multiply-add.</summary>
    /// <remarks>By reference, so that the compiler adds in the register where the sum is instead of moving it there.</remarks>
    static abstract void AddProduct(TSelf left, TSelf right, ref TSelf sum);

    /// <summary>Adds 1 to the lanes of <paramref name="count"/> whose 32 bits differ in left and right.</summary>
    static abstract TSelf CountDifferent(TSelf left, TSelf right, TSelf count);
}
