using System.Buffers;

namespace IqdbFlat.Cli.Numerics;

/// <summary>Room for some numbers during one call, from the shared pool.</summary>
/// <typeparam name="T">The kind of number.</typeparam>
internal readonly ref struct Scratch<T>
{
    private readonly T[] _array;

    /// <summary>Rents room; what it holds is not cleared.</summary>
    public Scratch(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        Span = _array.AsSpan(0, length);
    }

    /// <summary>The room.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the room back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
