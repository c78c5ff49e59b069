using System.Globalization;

namespace IqdbFlat.Engine;

/// <summary>One metadata value: a string, a 64-bit integer, a 64-bit float, a bool, or null.</summary>
/// <remarks>
/// Equality here is identity of kind and bits, which is what storage needs: -0.0 differs from 0.0 and a NaN equals itself.
/// What a filter means by equal is another matter, defined in <see cref="Filter"/>.
/// </remarks>
public readonly struct MetadataValue : IEquatable<MetadataValue>
{
    private readonly string? _text;
    private readonly long _bits;

    private MetadataValue(MetadataKind kind, string? text, long bits)
    {
        Kind = kind;
        _text = text;
        _bits = bits;
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

    /// <summary>The string; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public string AsString => Expect(MetadataKind.String)._text!;

    /// <summary>The integer; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public long AsInt => Expect(MetadataKind.Int)._bits;

    /// <summary>The float; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public double AsFloat => BitConverter.Int64BitsToDouble(Expect(MetadataKind.Float)._bits);

    /// <summary>The bool; throws <see cref="InvalidOperationException"/> for another kind.</summary>
    public bool AsBool => Expect(MetadataKind.Bool)._bits != 0;

    /// <summary>A string is a value by itself; a null reference becomes the null value.</summary>
    public static implicit operator MetadataValue(string? value) => value is null ? Null : FromString(value);

    /// <summary>An integer is a value by itself.</summary>
    public static implicit operator MetadataValue(long value) => FromInt(value);

    /// <summary>A float is a value by itself.</summary>
    public static implicit operator MetadataValue(double value) => FromFloat(value);

    /// <summary>A bool is a value by itself.</summary>
    public static implicit operator MetadataValue(bool value) => FromBool(value);

    /// <inheritdoc/>
    public bool Equals(MetadataValue other) =>
        Kind == other.Kind && _bits == other._bits && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetadataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits, _text);

    /// <summary>Whether two values have one kind and the same bits.</summary>
    public static bool operator ==(MetadataValue left, MetadataValue right) => left.Equals(right);

    /// <summary>Whether two values differ in kind or bits.</summary>
    public static bool operator !=(MetadataValue left, MetadataValue right) => !left.Equals(right);

    /// <summary>The value for people: invariant culture, strings without quotes, <c>null</c> for null.</summary>
    public override string ToString() => Kind switch
    {
        MetadataKind.String => _text!,
        MetadataKind.Int => _bits.ToString(CultureInfo.InvariantCulture),
        MetadataKind.Float => AsFloat.ToString("R", CultureInfo.InvariantCulture),
        MetadataKind.Bool => _bits != 0 ? "true" : "false",
        _ => "null",
    };

    private MetadataValue Expect(MetadataKind kind) =>
        Kind == kind ? this : throw new InvalidOperationException($"The value is {Kind}, not {kind}.");
}
