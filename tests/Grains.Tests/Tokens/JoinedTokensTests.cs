using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;
using static IqdbFlat.Grains.Tests.Tokens.TokenTableTests;

namespace IqdbFlat.Grains.Tests.Tokens;

public sealed class JoinedTokensTests
{
    [Fact]
    public void An_answer_has_those_of_the_shards_as_its_parts()
    {
        var (first, second) = (new TokenTable(), new TokenTable());
        first.Add(Token(1, 3), Answer(2));
        second.Add(Token(1, 3), Answer(5));
        second.Add(Token(7, 1), Answer(4));
        var joined = TokenForm.ReadTable(JoinedTokens.Of([TokenForm.Write(first), default, TokenForm.Write(second)]));

        var answer = joined.Find(Token(1, 3))!;
        Assert.Equal((7, "2,-,5"), (answer.Applied, Parts(answer)));
        Assert.Equal("-,-,4", Parts(joined.Find(Token(7, 1))!));
        Assert.Null(joined.Find(Token(1, 4)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => joined.Find(Token(1, 3) with { Payload = 77 })).Kind);

        // What came from an earlier restore is the same in every shard, and stays as it is.
        var again = TokenForm.ReadTable(JoinedTokens.Of([TokenForm.Write(joined), TokenForm.Write(joined)]));
        Assert.Equal("2,-,5", Parts(again.Find(Token(1, 3))!));
        Assert.Empty(JoinedTokens.Of([default, TokenForm.Write(new TokenTable())]));
    }

    [Fact]
    public void What_one_shard_has_forgotten_is_forgotten()
    {
        var (first, second) = (new TokenTable(), new TokenTable());
        for (ulong number = 1; number <= WriteToken.Remembered + 2; number++)
            first.Add(Token(9, number), Answer(1));
        second.Add(Token(9, 1), Answer(1));
        second.Add(Token(4, 1), Answer(1));
        second.Add(Token(9, WriteToken.Remembered + 2), Answer(1));
        second.ForgetUpTo(Token(5, 1).Client);
        first.Add(Token(5, 1), Answer(1));
        first.Add(Token(6, 1), Answer(1));
        var joined = JoinedTokens.Join([first, second]);

        foreach (var token in new[] { Token(4, 1), Token(5, 1), Token(5, 9), Token(9, 1), Token(9, 2) })
            Assert.Equal(FlatErrorKind.TokenExpired, Assert.Throws<FlatIndexException>(() => joined.Find(token)).Kind);
        Assert.Equal("1,-", Parts(joined.Find(Token(6, 1))!));
        Assert.Equal("1,1", Parts(joined.Find(Token(9, WriteToken.Remembered + 2))!));
    }

    [Fact]
    public void The_bytes_of_a_table_with_parts_stay_as_they_are()
    {
        var (first, second) = (new TokenTable(), new TokenTable());
        first.Add(Token(1, 3), Answer(2) with { Refused = [4] });
        second.Add(Token(1, 2), Answer(3));
        byte[] bytes = JoinedTokens.Of([TokenForm.Write(first), TokenForm.Write(second)]);
        Assert.Equal(
            "0200010000000000007000800000000000000100020200000000000000000b000000000000000203090000000000000000100200010203"
            + "09000000000000000201050300000000000000000b0000000000000002020900000000000000000f020102020900000000000000010400",
            Convert.ToHexStringLower(bytes));
        Assert.Equal(bytes, TokenForm.Write(TokenForm.ReadTable(bytes)));
        for (int length = 1; length < bytes.Length; length++)
            Assert.Throws<FlatIndexException>(() => JoinedTokens.Check(bytes.AsMemory(0, length)));
    }

    private static string Parts(KeptAnswer answer) => string.Join(',', TokenForm.ReadParts(answer.Parts.Span).Select(part => part is null ? "-" : $"{part.Applied}"));
}
