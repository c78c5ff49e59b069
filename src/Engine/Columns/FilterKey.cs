using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Columns;

/// <summary>
/// A filter by what it says, not by which object says it: the SHA-256 of its binary form, which is one for one filter. A filter of any size has a
/// small key, and nobody can make two of one key.
/// </summary>
internal readonly record struct FilterKey(UInt128 High, UInt128 Low)
{
    /// <summary>The key of a filter.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidFilter"/>: a filter that has no binary form.</exception>
    public static FilterKey Of(Filter filter)
    {
        var form = new ArrayBufferWriter<byte>(BinaryForm.SizeOf(filter));
        BinaryForm.Write(form, filter);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(form.WrittenSpan, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
