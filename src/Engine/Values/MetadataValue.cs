using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine;

/// <summary>One metadata value: a string, a 64-bit integer, a 64-bit float, a bool, an instant, an array of one of these kinds, or null.</summary>
/// <remarks>
/// Equality here is identity of kind and bits, which is what storage needs: -0.0 differs from 0.0, a NaN equals itself, and an instant differs from
/// the same one with another offset. What a filter means by equal is another matter, defined in <see cref="Filter"/>.
/// </remarks>
public readonly partial struct MetadataValue : IEquatable<MetadataValue>
{
    // A string, or the elements of an array.
    private readonly object? _reference;
    private readonly long _bits;
    private readonly short _offsetMinutes;

    private MetadataValue(MetadataKind kind, object? reference, long bits, short offsetMinutes = 0)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
        _offsetMinutes = offsetMinutes;
    }

    /// <summary>The null value.</summary>
    public static MetadataValue Null => default;

    /// <summary>The kind of this value.</summary>
    public MetadataKind Kind { get; }

    /// <summary>A string value.</summary>
    public static MetadataValue FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(MetadataKind.String, value, 0);
    }

    /// <summary>An integer value.</summary>
    public static MetadataValue FromInt(long value) => new(MetadataKind.Int, null, value);

    /// <summary>A float value; every bit pattern is kept.</summary>
    public static MetadataValue FromFloat(double value) => new(MetadataKind.Float, null, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A bool value.</summary>
    public static MetadataValue FromBool(bool value) => new(MetadataKind.Bool, null, value ? 1 : 0);

    /// <summary>A point in time; its offset is kept and takes no part in comparisons.</summary>
    public static MetadataValue FromInstant(DateTimeOffset value) =>
        new(MetadataKind.Instant, null, value.UtcTicks, (short)value.TotalOffsetMinutes);

    /// <summary>The string; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public string AsString => (string)Expect(MetadataKind.String)._reference!;

    /// <summary>The integer; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public long AsInt => Expect(MetadataKind.Int)._bits;

    /// <summary>The float; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public double AsFloat => BitConverter.Int64BitsToDouble(Expect(MetadataKind.Float)._bits);

    /// <summary>The bool; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public bool AsBool => Expect(MetadataKind.Bool)._bits != 0;

    /// <summary>The instant, in the offset in which it was given; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public DateTimeOffset AsInstant =>
        new DateTimeOffset(Expect(MetadataKind.Instant)._bits, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(_offsetMinutes));

    /// <summary>The elements of the array; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public ImmutableArray<MetadataValue> AsArray => ImmutableCollectionsMarshal.AsImmutableArray((MetadataValue[])Expect(MetadataKind.Array)._reference!);

    /// <summary>A string is a value by itself; a null reference becomes the null value.</summary>
    public static implicit operator MetadataValue(string? value) => value is null ? Null : FromString(value);

    /// <summary>An integer is a value by itself.</summary>
    public static implicit operator MetadataValue(long value) => FromInt(value);

    /// <summary>A float is a value by itself.</summary>
    public static implicit operator MetadataValue(double value) => FromFloat(value);

    /// <summary>A bool is a value by itself.</summary>
    public static implicit operator MetadataValue(bool value) => FromBool(value);

    /// <summary>An instant is a value by itself.</summary>
    public static implicit operator MetadataValue(DateTimeOffset value) => FromInstant(value);

    /// <inheritdoc/>
    public bool Equals(MetadataValue other)
    {
        if (Kind != other.Kind || _bits != other._bits || _offsetMinutes != other._offsetMinutes)
            return false;
        return Kind == MetadataKind.Array
            ? Elements.SequenceEqual(other.Elements)
            : string.Equals((string?)_reference, (string?)other._reference, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetadataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (Kind != MetadataKind.Array)
            return HashCode.Combine(Kind, _bits, _offsetMinutes, _reference);
        var hash = new HashCode();
        foreach (ref readonly var element in Elements)
            hash.Add(element.GetHashCode());
        return hash.ToHashCode();
    }

    /// <summary>Whether two values have one kind and the same bits.</summary>
    public static bool operator ==(MetadataValue left, MetadataValue right) => left.Equals(right);

    /// <summary>Whether two values differ in kind or bits.</summary>
    public static bool operator !=(MetadataValue left, MetadataValue right) => !left.Equals(right);

    /// <summary>
    /// The value for people: invariant culture, strings without quotes, instants in ISO 8601, arrays in brackets, <c>null</c> for null.
    /// </summary>
    public override string ToString() => Kind switch
    {
        MetadataKind.String => (string)_reference!,
        MetadataKind.Int => _bits.ToString(CultureInfo.InvariantCulture),
        MetadataKind.Float => AsFloat.ToString("R", CultureInfo.InvariantCulture),
        MetadataKind.Bool => _bits != 0 ? "true" : "false",
        MetadataKind.Instant => InstantText.Format(AsInstant),
        MetadataKind.Array => $"[{string.Join(", ", AsArray)}]",
        _ => "null",
    };

    private MetadataValue Expect(MetadataKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"The value is {Kind}, not {kind}.");
}
