using System.Runtime.InteropServices;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// One block of native memory for rows. Whoever holds a reference keeps it alive; the finalizer gives it back, so snapshots
/// need no reference counts. The garbage collector is told of its size, so that it runs when segments are replaced often.
/// </summary>
/// <remarks>
/// A block of at least 2 MiB on Linux is mapped by itself, aligned to 2 MiB, and asks for huge pages: a scan then misses the
/// translation cache 512 times less often, and freeing returns the pages to the system at once. The end of a block that fills most of its last huge
/// page has a whole one too; another lies in small pages, so that little memory is taken that nobody counts.
/// </remarks>
internal sealed unsafe partial class SegmentMemory
{
    private const nuint HugePage = 2 << 20;
    private const double MostEmpty = 1.0 / 32;
    private const int ReadWrite = 0x1 | 0x2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int AdviseHugePages = 14;

    private readonly nint _block;
    private readonly nuint _mappedBytes;

    /// <summary>Takes a block of at least <paramref name="bytes"/> bytes; <see cref="InsufficientMemoryException"/> when there is none.</summary>
    public SegmentMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        ByteCount = bytes;
        if (OperatingSystem.IsLinux() && (nuint)bytes >= HugePage)
        {
            nuint huge = EmptyShare(bytes) <= MostEmpty ? WholePages(bytes) : (nuint)bytes;
            _mappedBytes = huge + HugePage;
            _block = Map(0, _mappedBytes, ReadWrite, PrivateAnonymous, -1, 0);
            if (_block == -1)
                throw NoMemory(bytes);
            nint aligned = (nint)(((nuint)_block + HugePage - 1) & ~(HugePage - 1));
            Rows = (float*)aligned;

            // Only advice: a system without huge pages serves the same bytes from small ones.
            _ = Advise(aligned, huge, AdviseHugePages);
        }
        else
        {
            _block = (nint)NativeMemory.AlignedAlloc((nuint)bytes, CacheLine.Bytes);
            Rows = (float*)_block;
        }

        GC.AddMemoryPressure(bytes);
    }

    /// <summary>Gives the block back.</summary>
    ~SegmentMemory()
    {
        if (Rows == null)
            return;
        if (_mappedBytes != 0)
            _ = Unmap(_block, _mappedBytes);
        else
            NativeMemory.AlignedFree((void*)_block);
        GC.RemoveMemoryPressure(ByteCount);
    }

    /// <summary>The first float, 64-byte aligned. Valid only while this object is reachable.</summary>
    public float* Rows { get; }

    /// <summary>The bytes that can be used.</summary>
    public long ByteCount { get; }

    /// <summary>The share of whole huge pages that a block of so many bytes leaves empty.</summary>
    internal static double EmptyShare(long bytes) => 1 - (bytes / (double)WholePages(bytes));

    private static nuint WholePages(long bytes) => ((nuint)bytes + HugePage - 1) & ~(HugePage - 1);

    private static InsufficientMemoryException NoMemory(long bytes) => new($"The system gave no block of {bytes} bytes for rows.");

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint bytes, int advice);
}
