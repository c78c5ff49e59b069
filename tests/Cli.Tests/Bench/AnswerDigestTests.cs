using System.Security.Cryptography;
using IqdbFlat.Cli.Bench;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Bench;

public class AnswerDigestTests
{
    [Fact]
    public void It_is_the_hash_of_ids_and_distances_little_endian()
    {
        using var digest = new AnswerDigest();
        digest.Add([new Hit(0x0102ul, 1.5f, 9), new Hit(3ul, -0f, 8)]);
        digest.Add([new Hit(RowId.FromBytes([0xAA]), float.PositiveInfinity, 7)]);
        byte[] expected =
        [
            2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0x3F,
            3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80,
            0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xAA, 0, 0, 0x80, 0x7F,
        ];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), digest.ToString());
    }

    [Fact]
    public void No_answers_give_the_hash_of_nothing()
    {
        using var digest = new AnswerDigest();
        digest.Add([]);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digest.ToString());
    }
}
