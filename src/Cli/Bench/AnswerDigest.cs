using System.Buffers.Binary;
using System.Security.Cryptography;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>
/// SHA-256 over answers: for each query in order, every hit's id and its distance. Same digest, same answers, to the bit.
/// </summary>
/// <remarks>
/// A number as id gives its 8 bytes, little-endian. A byte string gives 8 bytes for 2^64 - 1 - length, little-endian, and then its bytes. The
/// distance gives the 4 bytes of its float, little-endian. Nothing else goes in: no counts, no sequence, no metadata.
/// </remarks>
internal sealed class AnswerDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest of answers.</summary>
    public static string Of(IEnumerable<IEnumerable<Hit>> answers)
    {
        using var digest = new AnswerDigest();
        foreach (var answer in answers)
            digest.Add(answer);
        return digest.ToString();
    }

    /// <summary>Adds the answer of the next query.</summary>
    public void Add(IEnumerable<Hit> answer)
    {
        foreach (var hit in answer)
            Add(hit.Id, hit.Distance);
    }

    /// <summary>Adds one hit.</summary>
    public void Add(in RowId id, float distance)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, id.IsBytes ? ulong.MaxValue - (ulong)id.Bytes.Length : id.Number);
        _hash.AppendData(bytes);
        if (id.IsBytes)
            _hash.AppendData(id.Bytes);
        BinaryPrimitives.WriteSingleLittleEndian(bytes, distance);
        _hash.AppendData(bytes[..4]);
    }

    /// <summary>The digest of all that was added, as 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
