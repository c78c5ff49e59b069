namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>
/// As many of the sixteen lanes as fit in one register: 16, 8, 4 or 1. A tile keeps the sums of many pairs of a query and a row at once, and by
/// parts they take half the registers, or a quarter; a lane does not know which others are computed beside it.
/// </summary>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal unsafe interface ILanePart<TSelf> : IComponents<TSelf>
    where TSelf : struct, ILanePart<TSelf>
{
    /// <summary>Lanes of a part. A constant to the compiler.</summary>
    static abstract int Width { get; }

    /// <summary>Writes the lanes to memory of any alignment.</summary>
    static abstract void Store(TSelf part, float* destination);
}
