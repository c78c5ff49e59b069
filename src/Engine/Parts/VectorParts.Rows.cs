using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine;

public sealed partial class VectorParts
{
    private const float IsThere = 1f;

    /// <summary>One vector out of the parts of a row. A part that is not named is one that the row has not.</summary>
    /// <param name="vectors">Names and vectors, in any order. A null vector stands for none.</param>
    /// <returns><see cref="RowComponents"/> floats.</returns>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.InvalidConfig"/>: a name that is none, or one twice; <see cref="FlatErrorKind.DimensionMismatch"/> and <see cref="FlatErrorKind.InvalidVector"/> as for a
    /// row's vector, the error naming the part.
    /// </exception>
    public float[] Pack(params IEnumerable<(string Name, ReadOnlyMemory<float>? Vector)> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        var packed = new float[RowComponents];
        ulong given = 0;
        foreach (var (name, vector) in vectors)
        {
            int place = PlaceOf(name ?? "");
            if ((given & (1UL << place)) != 0)
                throw FlatIndexException.InvalidConfig($"a row has each of its vectors once, found '{name}' twice");
            given |= 1UL << place;
            if (vector is not { } some)
                continue;
            Check(place, some.Span);
            some.Span.CopyTo(packed.AsSpan(OffsetOf(place)));
            packed[FlagOf(place)] = IsThere;
        }

        return packed;
    }

    /// <summary>A part of a packed vector, without a copy; null where the row has it not.</summary>
    /// <param name="packed">What <see cref="Pack"/> made, or an index gave back.</param>
    /// <param name="name">The part's name; null for the only one.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: no such part; <see cref="FlatErrorKind.DimensionMismatch"/>: no packed vector of these parts.</exception>
    public ReadOnlyMemory<float>? PartOf(ReadOnlyMemory<float> packed, string? name) => PartAt(packed, PlaceOf(name));

    /// <summary>The parts that a row has, by name, without copies.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.DimensionMismatch"/>: no packed vector of these parts.</exception>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> Unpack(ReadOnlyMemory<float> packed)
    {
        var found = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        for (int place = 0; place < Count; place++)
        {
            if (PartAt(packed, place) is { } vector)
                found.Add(this[place].Name, vector);
        }

        return found;
    }

    /// <summary>
    /// Throws <see cref="FlatErrorKind.InvalidVector"/> unless a vector of <see cref="RowComponents"/> finite floats is one that <see cref="Pack"/> can have made.
    /// </summary>
    public void CheckRow(ReadOnlySpan<float> packed)
    {
        if (packed.Length != RowComponents)
            throw FlatIndexException.DimensionMismatch(RowComponents, packed.Length);
        for (int place = 0; place < Count; place++)
        {
            uint flag = BitConverter.SingleToUInt32Bits(packed[FlagOf(place)]);
            if (flag != 0 && flag != BitConverter.SingleToUInt32Bits(IsThere))
                throw NotPacked($"expected 0 or 1 at component {FlagOf(place)}, which says whether the row has '{this[place].Name}', found {packed[FlagOf(place)]}");
            int from = OffsetOf(place) + (flag == 0 ? 0 : this[place].Dimension);
            CheckZeros(packed, from, place + 1 < Count ? OffsetOf(place + 1) : FlagOf(0));
        }

        CheckZeros(packed, FlagOf(0) + Count, RowComponents);
    }

    /// <summary>Whether a row has a part.</summary>
    internal bool IsPresent(ReadOnlySpan<float> packed, int place) => packed[FlagOf(place)] != 0;

    private ReadOnlyMemory<float>? PartAt(ReadOnlyMemory<float> packed, int place)
    {
        if (packed.Length != RowComponents)
            throw FlatIndexException.DimensionMismatch(RowComponents, packed.Length);
        // A bare null would be an empty vector: an array, null too, is one by itself.
        return IsPresent(packed.Span, place) ? packed.Slice(OffsetOf(place), this[place].Dimension) : default(ReadOnlyMemory<float>?);
    }

    private void Check(int place, ReadOnlySpan<float> vector)
    {
        try
        {
            VectorCheck.Check(vector, this[place].Dimension);
        }
        catch (FlatIndexException error)
        {
            throw new FlatIndexException(error.Error with { Message = $"{error.Error.Message}, in the vector '{this[place].Name}'" }, error);
        }
    }

    private static void CheckZeros(ReadOnlySpan<float> packed, int from, int end)
    {
        var bits = System.Runtime.InteropServices.MemoryMarshal.Cast<float, uint>(packed[from..end]);
        int found = bits.IndexOfAnyExcept(0u);
        if (found >= 0)
            throw NotPacked($"expected 0 at component {from + found}, where no vector lies, found {packed[from + found]}");
    }

    private static FlatIndexException NotPacked(FormattableString reason) => new(
        new(FlatErrorKind.InvalidVector, $"invalid vector: it is not made of the row's parts: {FormattableString.Invariant(reason)}"));
}
