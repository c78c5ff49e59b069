namespace IqdbFlat.Engine.Metrics;

/// <summary>Where in an array a cache line begins, so that what is read with every row costs one line a load and not two.</summary>
/// <remarks>
/// The garbage collector may move the array and change that, which a search seldom lives to see: it costs time and changes no value.
/// </remarks>
internal static unsafe class LineStart
{
    /// <summary>Elements that an array needs beyond those it holds.</summary>
    public static int Beyond<T>()
        where T : unmanaged => CacheLine.Bytes / sizeof(T);

    /// <summary>The first element at the begin of a line.</summary>
    public static int Of<T>(T[] array)
        where T : unmanaged
    {
        fixed (T* first = array)
            return (int)(-(nint)first & (CacheLine.Bytes - 1)) / sizeof(T);
    }
}
