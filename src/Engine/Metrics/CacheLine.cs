using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics;

/// <summary>
/// Asks for a line of memory before it is read, so that it is on its way to the cache meanwhile. Nothing is read through the address, which may therefore be wrong: past
/// an end, or that of an array which the collector moves. .NET has the instruction for x86 processors; on others nothing is asked for.
/// </summary>
internal static unsafe class CacheLine
{
    /// <summary>Bytes of a line.</summary>
    public const int Bytes = 64;

    /// <summary>Whether asking does anything, for loops that do nothing else.</summary>
    public static bool CanFetch
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Sse.IsSupported;
    }

    /// <summary>Asks for a line, into every level of the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>Asks for a line, into the levels beyond the first: for more lines than that one should give up its own for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchBeyondFirst(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }

    /// <summary>Asks for the line of an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(T[] array, nint index)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) + (index * Unsafe.SizeOf<T>()));
    }
}
