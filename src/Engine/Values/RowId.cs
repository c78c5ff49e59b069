using System.Buffers;
using System.Globalization;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine;

/// <summary>
/// The identity of a row: an unsigned 64-bit integer, or a byte string. The two kinds are never equal to each other:
/// the number 1 is not the byte string <c>01</c>.
/// </summary>
/// <remarks>
/// A value of this type can hold an id that no index accepts (empty or overlong bytes), so that every call can check the
/// id it was given and answer <see cref="FlatErrorKind.InvalidConfig"/>; see <see cref="RowIdLimits"/>.
/// </remarks>
public readonly struct RowId : IEquatable<RowId>
{
    private readonly byte[]? _bytes;
    private readonly ulong _number;

    private RowId(ulong number, byte[]? bytes)
    {
        _number = number;
        _bytes = bytes;
    }

    /// <summary>Makes an id from a number.</summary>
    public static RowId FromUInt64(ulong number) => new(number, null);

    /// <summary>Makes an id from bytes, which are copied.</summary>
    public static RowId FromBytes(ReadOnlySpan<byte> bytes) => new(0, bytes.ToArray());

    /// <summary>Takes an array as an id without a copy. The caller gives the array away.</summary>
    internal static RowId Adopt(byte[] bytes) => new(0, bytes);

    /// <summary>Whether this id is a byte string.</summary>
    public bool IsBytes => _bytes is not null;

    /// <summary>The number. Throws <see cref="InvalidOperationException"/> when the id is a byte string.</summary>
    public ulong Number => _bytes is null
        ? _number
        : throw new InvalidOperationException("The id is a byte string, not a number.");

    /// <summary>The bytes. Throws <see cref="InvalidOperationException"/> when the id is a number.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes is not null
        ? _bytes
        : throw new InvalidOperationException("The id is a number, not a byte string.");

    /// <summary>The byte string's own array, for columns that keep it; null for a number.</summary>
    internal byte[]? BytesOrNull => _bytes;

    /// <summary>A number is an id by itself.</summary>
    public static implicit operator RowId(ulong number) => FromUInt64(number);

    /// <inheritdoc/>
    public bool Equals(RowId other) =>
        _bytes is null
            ? other._bytes is null && _number == other._number
            : other._bytes is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RowId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)RowIdHash.Compute(this);

    /// <summary>Whether two ids are of one kind and equal.</summary>
    public static bool operator ==(RowId left, RowId right) => left.Equals(right);

    /// <summary>Whether two ids differ in kind or value.</summary>
    public static bool operator !=(RowId left, RowId right) => !left.Equals(right);

    /// <summary>Reads an id as <see cref="TryParse"/> does; other text is <see cref="FlatErrorKind.InvalidConfig"/>.</summary>
    public static RowId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var id)
            ? id
            : throw FlatIndexException.InvalidConfig(
                $"an id is written as decimal digits up to {ulong.MaxValue}, or as 0x and pairs of hexadecimal digits, found {UnicodeText.Quote(text)}");
    }

    /// <summary>
    /// Reads an id as people write it: decimal digits for a number; <c>0x</c> and one or more pairs of hexadecimal digits, upper or lower case, for bytes.
    /// No sign, space or separator. The prefix keeps the bytes <c>0x01</c> apart from the number <c>01</c>; <see cref="ToString"/> prints bytes without
    /// it.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RowId id)
    {
        id = default;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            // The digits are looked at first because number parsing lets null characters follow them.
            if (text.ContainsAnyExceptInRange('0', '9')
                || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
                return false;
            id = number;
            return true;
        }

        var digits = text[2..];
        var bytes = new byte[digits.Length / 2];
        if (digits.IsEmpty || Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done)
            return false;
        id = Adopt(bytes);
        return true;
    }

    /// <summary>The number in decimal, or the bytes in bare lower-case hexadecimal, which <see cref="TryParse"/> reads only after a <c>0x</c>.</summary>
    public override string ToString() =>
        _bytes is null ? _number.ToString(CultureInfo.InvariantCulture) : Convert.ToHexStringLower(_bytes);
}
