using System.Security.Cryptography;
using System.Text;

namespace IqdbFlat.Silo.Access;

/// <summary>A configured key, kept as its hash: comparing hashes takes the same time whatever was offered, and nothing can log the key by mistake.</summary>
internal sealed class AccessKey(string key)
{
    private readonly byte[] _hash = Hash(key);

    public bool Matches(string offered) => CryptographicOperations.FixedTimeEquals(Hash(offered), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
