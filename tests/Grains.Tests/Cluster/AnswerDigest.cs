using System.Buffers.Binary;
using System.Security.Cryptography;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>SHA-256 over answers in order: every hit's id, the four bytes of its distance, and its sequence's rank among the hits.</summary>
internal sealed class AnswerDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(IReadOnlyList<Hit> hits)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (var hit in hits)
        {
            _hash.AppendData(System.Text.Encoding.UTF8.GetBytes(hit.Id.ToString()));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, BitConverter.SingleToUInt32Bits(hit.Distance));
            _hash.AppendData(bytes);
        }

        _hash.AppendData([0xFF]);
    }

    public string Finish() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
