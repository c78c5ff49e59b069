using System.Buffers.Binary;
using System.Text;
using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Keys;

/// <summary>Record keys as row ids. Equal numbers of any integer type are one id; no two other keys meet.</summary>
/// <remarks>
/// An integer of 0 and above is the number itself. Everything else is a byte string whose first byte says what follows: <c>N</c> the two's complement
/// of a negative integer in 8 bytes, the highest first; <c>G</c> the 16 bytes of a Guid in the order in which it is printed; <c>S</c> a string in UTF-8.
/// </remarks>
internal static class KeyCodec
{
    /// <summary>Bytes that a string key has in UTF-8, at most.</summary>
    public const int MaxStringBytes = RowIdLimits.MaxBytes - 1;

    public const string SupportedTypes = "int, long, ulong, string, Guid";

    private const byte Negative = (byte)'N';
    private const byte OfGuid = (byte)'G';
    private const byte OfString = (byte)'S';
    private const int GuidBytes = 16;

    // Throws on half a surrogate pair, which would otherwise become the replacement character and meet another key.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool Supports(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(string) || type == typeof(Guid);

    public static RowId ToId(object key, Type type)
    {
        if (key.GetType() != type)
            throw new InvalidCastException($"The collection's keys are of type {type.Name}, found one of type {key.GetType().Name}.");
        return key switch
        {
            int number => OfInteger(number),
            long number => OfInteger(number),
            ulong number => number,
            Guid guid => OfBytes(OfGuid, guid.ToByteArray(bigEndian: true)),
            string text => OfBytes(OfString, BytesOf(text)),
            _ => throw new NotSupportedException($"Keys are of one of the types {SupportedTypes}, found {key.GetType().Name}."),
        };
    }

    public static object ToKey(in RowId id, Type type)
    {
        if (type == typeof(int))
            return ToKey<int>(id);
        if (type == typeof(long))
            return ToKey<long>(id);
        if (type == typeof(ulong))
            return ToKey<ulong>(id);
        return type == typeof(string) ? ToKey<string>(id) : ToKey<Guid>(id);
    }

    /// <summary>The key of an id, of one of the supported types; the compiler leaves of this what the type needs.</summary>
    public static T ToKey<T>(in RowId id)
    {
        if (typeof(T) == typeof(ulong) && !id.IsBytes)
            return (T)(object)id.Number;
        if (typeof(T) == typeof(long) && TryReadInteger(id, out long number))
            return (T)(object)number;
        if (typeof(T) == typeof(int) && TryReadInteger(id, out number) && number is >= int.MinValue and <= int.MaxValue)
            return (T)(object)(int)number;
        if (typeof(T) == typeof(string) && id.IsBytes && id.Bytes is [OfString, ..])
            return (T)(object)Utf8.GetString(id.Bytes[1..]);
        if (typeof(T) == typeof(Guid) && id.IsBytes && id.Bytes is [OfGuid, ..] && id.Bytes.Length == 1 + GuidBytes)
            return (T)(object)new Guid(id.Bytes[1..], bigEndian: true);
        throw NotAKey(id, typeof(T));
    }

    private static bool TryReadInteger(in RowId id, out long number)
    {
        if (!id.IsBytes)
        {
            number = (long)id.Number;
            return number >= 0;
        }

        bool isOne = id.Bytes is [Negative, ..] && id.Bytes.Length == 1 + sizeof(long);
        number = isOne ? BinaryPrimitives.ReadInt64BigEndian(id.Bytes[1..]) : 0;
        return isOne;
    }

    private static RowId OfInteger(long number)
    {
        if (number >= 0)
            return (ulong)number;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return OfBytes(Negative, bytes);
    }

    private static RowId OfBytes(byte kind, ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[1 + MaxStringBytes];
        bytes[0] = kind;
        content.CopyTo(bytes[1..]);
        return RowId.FromBytes(bytes[..(1 + content.Length)]);
    }

    private static byte[] BytesOf(string text)
    {
        byte[] bytes;
        try
        {
            bytes = Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException("A key that is a string is valid Unicode, found one with half of a surrogate pair.", nameof(text), error);
        }

        return bytes.Length <= MaxStringBytes
            ? bytes
            : throw new ArgumentException($"A key that is a string has at most {MaxStringBytes} bytes in UTF-8, found {bytes.Length}.", nameof(text));
    }

    private static InvalidOperationException NotAKey(in RowId id, Type type) =>
        new($"The row with the id {id} is no record of this collection: its id is not that of a key of type {type.Name}.");
}
