namespace IqdbFlat.Engine;

/// <summary>How a search over a stream works. None of it changes an answer.</summary>
public sealed record StreamSearchOptions
{
    /// <summary>The least bytes that <see cref="BlockBytes"/> may be.</summary>
    public const long LeastBlockBytes = 1 << 20;

    /// <summary>The most bytes that <see cref="BlockBytes"/> may be.</summary>
    public const long MostBlockBytes = 1L << 36;

    /// <summary>Threads that measure, 1 to 1,024, beside the one that adds rows.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Bytes of one block of rows. There are two: one is filled while the other is measured, so that reading and measuring go on together.
    /// </summary>
    public long BlockBytes { get; init; } = 32 << 20;

    internal void Check()
    {
        if (Threads is < 1 or > 1_024)
            throw FlatIndexException.InvalidConfig($"expected 1 to 1024 threads, found {Threads}");
        if (BlockBytes is < LeastBlockBytes or > MostBlockBytes)
            throw FlatIndexException.InvalidConfig($"expected blocks of {LeastBlockBytes} to {MostBlockBytes} bytes, found {BlockBytes}");
    }
}
