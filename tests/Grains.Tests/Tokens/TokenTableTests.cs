using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Tests.Tokens;

public sealed class TokenTableTests(ITestOutputHelper output)
{
    [Fact]
    public void A_token_that_was_taken_has_its_first_answer()
    {
        var table = new TokenTable();
        Assert.Null(table.Find(Token(1, 1)));
        table.Add(Token(1, 1), Answer(7));

        Assert.Equal(7, table.Find(Token(1, 1))!.Applied);
        Assert.Null(table.Find(Token(1, 2)));
        Assert.Null(table.Find(Token(1, 1) with { Part = 1 }));
        Assert.Null(table.Find(Token(2, 1)));
    }

    [Fact]
    public void A_client_that_comes_back_after_it_was_forgotten_stays_forgotten()
    {
        var table = new TokenTable();
        for (int client = 1; client <= TokenTable.MaxClients + 2; client++)
            table.Add(Token(client, 1), Answer(1));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(2, 1)));

        // Its write was planned before it was forgotten, and shares a record with the one that made it so.
        table.Add(Token(1, 2), Answer(1));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(1, 2)));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(2, 1)));
        Assert.Equal(table.Count, TokenForm.ReadTable(TokenForm.Write(table)).Count);
    }

    [Fact]
    public void A_token_with_another_payload_is_refused()
    {
        var table = new TokenTable();
        table.Add(Token(1, 1), Answer(7));

        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(table, Token(1, 1) with { Payload = 12 }));
    }

    [Fact]
    public void Of_a_client_the_lowest_numbers_are_forgotten_and_expire()
    {
        var table = new TokenTable();
        for (ulong number = 1; number <= WriteToken.Remembered + 2; number++)
            table.Add(Token(1, number), Answer(1));

        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(1, 1)));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(1, 2)));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(1, 2) with { Part = -1 }));
        Assert.NotNull(table.Find(Token(1, 3)));
        Assert.Null(table.Find(Token(1, WriteToken.Remembered + 3)));
    }

    [Fact]
    public void The_oldest_clients_are_forgotten_and_expire_and_newer_ones_are_new()
    {
        var table = new TokenTable();
        for (int client = 1; client <= TokenTable.MaxClients + 2; client++)
            table.Add(Token(client, 1), Answer(1));

        Assert.Equal(TokenTable.MaxClients, table.Count);
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(2, 1)));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(table, Token(2, 99)));
        Assert.NotNull(table.Find(Token(3, 1)));
        Assert.Null(table.Find(Token(TokenTable.MaxClients + 3, 1)));
    }

    [Fact]
    public void Answers_that_are_long_are_bounded_by_their_bytes()
    {
        var table = new TokenTable();
        var answer = Answer(1) with { Refused = [.. Enumerable.Range(0, 100_000)] };
        for (int client = 1; client <= 40; client++)
            table.Add(Token(client, 1), answer);

        Assert.InRange(TokenForm.Write(table).Length, TokenTable.MaxBytes / 2, TokenTable.MaxBytes);
        Assert.NotNull(table.Find(Token(40, 1)));
    }

    /// <summary>
    /// Against a memory that forgets nothing: a token that was taken is never new again, one with its own payload gets its own answer
    /// or is expired. Through writing and reading, as restarts do.
    /// </summary>
    [Fact]
    public void What_was_taken_is_never_new_again_whatever_is_forgotten()
    {
        int expired = 0;
        int known = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var table = new TokenTable();
            var all = new Dictionary<(int, ulong), int>();
            int clients = random.Next(1, 3_000);
            for (int i = 0; i < 4_000; i++)
            {
                var (client, number) = (1 + random.Next(clients), (ulong)random.Next(1 + (i / 10)));
                var token = Token(client, number);
                var error = Record.Exception(() =>
                {
                    if (table.Find(token) is { } kept)
                    {
                        Assert.True(all.TryGetValue((client, number), out int applied) && applied == kept.Applied, $"seed {seed}: an answer of another write");
                        known++;
                        return;
                    }

                    Assert.False(all.ContainsKey((client, number)), $"seed {seed}: a token that was taken is new");
                    table.Add(token, Answer(i));
                    all.Add((client, number), i);
                });
                if (error is FlatIndexException { Kind: FlatErrorKind.TokenExpired })
                    expired++;
                else
                    Assert.Null(error);
                if (random.Next(500) == 0)
                    table = TokenForm.ReadTable(TokenForm.Write(table));
            }
        }

        output.WriteLine($"{known} known, {expired} expired.");
        Assert.True(known > 1_000 && expired > 1_000);
    }

    [Fact]
    public void The_bytes_of_a_token_and_its_answer_stay_as_they_are()
    {
        var token = new ShardToken(new("01890a5d-ac96-774b-bcce-b302099a8057"), 258, 3, 0x1122334455667788);
        var answer = new KeptAnswer { Cut = 300, Applied = 298, Refused = [7, 200], First = 1_000 };

        Assert.Equal("0101890a5dac96774bbcceb302099a80570201000000000000038877665544332211", Convert.ToHexStringLower(TokenForm.Write(token)));
        Assert.Equal("01ac02aa02e8030000000000000207c801", Convert.ToHexStringLower(TokenForm.Write(answer)));
        Assert.Equal(token, TokenForm.ReadToken(TokenForm.Write(token)));
        var read = TokenForm.ReadAnswer(TokenForm.Write(answer));
        Assert.Equal((300, 298, 1_000UL), (read.Cut, read.Applied, read.First));
        Assert.Equal([7, 200], read.Refused);
    }

    [Fact]
    public void A_table_is_read_as_it_was_written()
    {
        var table = new TokenTable();
        for (int client = 1; client <= TokenTable.MaxClients + 1; client++)
            table.Add(Token(client, 1), Answer(client));
        for (ulong number = 2; number <= WriteToken.Remembered + 1; number++)
            table.Add(Token(5, number), Answer(2) with { Refused = [1, 2] });

        byte[] bytes = TokenForm.Write(table);
        var read = TokenForm.ReadTable(bytes);

        Assert.Equal(bytes, TokenForm.Write(read));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(read, Token(1, 1)));
        Assert.Equal(FlatErrorKind.TokenExpired, Kind(read, Token(5, 1)));
        Assert.Equal([1, 2], read.Find(Token(5, 9))!.Refused);
    }

    /// <summary>A token of the n-th client ever made.</summary>
    internal static ShardToken Token(int client, ulong number) => new(new($"00000000-0000-7000-8000-{client:x12}"), number, 0, 11);

    internal static KeptAnswer Answer(int applied) => new() { Cut = 2, Applied = applied, Refused = [1, 5], First = 9 };

    private static FlatErrorKind Kind(TokenTable table, ShardToken token) => Assert.Throws<FlatIndexException>(() => table.Find(token)).Kind;
}
