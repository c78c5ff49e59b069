using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Cli.Truth;
using IqdbFlat.Cli.Truth.Files;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Truth;

public sealed class AnswerFileTests : IDisposable
{
    private static readonly Answer[] Answers =
    [
        new([7, 0, 2_147_483_647], [0f, -0f, float.Epsilon]),
        new([3, 5, 1], [1.1f, float.PositiveInfinity, float.NaN]),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.ivecs", "a.fvecs")]
    [InlineData("a.ibin", "a.fbin")]
    [InlineData("a.bin", null)]
    [InlineData("a.hdf5", null)]
    [InlineData("a.jsonl", null)]
    public void Answers_come_back_to_the_bit(string name, string? distances)
    {
        string? second = distances is null ? null : _folder.File(distances);
        AnswerFile.Write(_folder.File(name), second, Answers);
        AssertSame(Answers, AnswerFile.Read(_folder.File(name), second));
        Assert.Equal(distances is null ? 1 : 2, _folder.Names().Length);
        if (distances is not null)
            Assert.All(AnswerFile.Read(_folder.File(name), null), answer => Assert.Null(answer.Distances));
    }

    [Theory]
    [InlineData("a.ivecs")]
    [InlineData("a.jsonl")]
    public void Answers_of_different_lengths_are_kept(string name)
    {
        Answer[] answers = [new([], []), new([4], [1]), new([1, 2], [0, 1])];
        AnswerFile.Write(_folder.File(name), null, answers);
        Assert.Equal(answers.Select(answer => answer.Ids), AnswerFile.Read(_folder.File(name), null).Select(answer => answer.Ids));
    }

    [Theory]
    [InlineData("a.bin")]
    [InlineData("a.ibin")]
    [InlineData("a.hdf5")]
    public void A_form_of_arrays_refuses_answers_of_different_lengths_and_leaves_no_file(string name)
    {
        var error = Assert.Throws<FlatIndexException>(() => AnswerFile.Write(_folder.File(name), null, [new([4], [1]), new([1, 2], [0, 1])]));
        Assert.Contains("as many hits", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public void Ids_beyond_32_bits_go_where_there_is_room_for_them()
    {
        Answer[] answers = [new([long.MaxValue, 5_000_000_000], [0, 1])];
        foreach (string name in (string[])["a.hdf5", "a.jsonl"])
        {
            AnswerFile.Write(_folder.File(name), null, answers);
            AssertSame(answers, AnswerFile.Read(_folder.File(name), null));
        }

        foreach (string name in (string[])["a.ivecs", "a.ibin", "a.bin"])
            Assert.Contains(".jsonl", Assert.Throws<FlatIndexException>(() => AnswerFile.Write(_folder.File(name), null, answers)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.ivecs")]
    [InlineData("a.bin")]
    [InlineData("a.hdf5")]
    [InlineData("a.jsonl")]
    public void A_file_cut_anywhere_is_told_or_is_shorter(string name)
    {
        string whole = _folder.File(name);
        AnswerFile.Write(whole, null, Answers);
        byte[] bytes = File.ReadAllBytes(whole);
        string cut = _folder.File("cut" + name);
        int told = 0;
        for (int length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 200))
        {
            File.WriteAllBytes(cut, bytes[..length]);
            try
            {
                Assert.True(AnswerFile.Read(cut, null).Count <= Answers.Length);
            }
            catch (FlatIndexException error)
            {
                told++;
                Assert.Contains("cuta", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(told > 0);
    }

    [Fact]
    public void Wrong_names_and_files_that_do_not_belong_together_are_told()
    {
        Assert.Contains(".ivecs", Message(() => AnswerFile.CheckNames("a.txt", null)), StringComparison.Ordinal);
        Assert.Contains("holds the distances", Message(() => AnswerFile.CheckNames("a.bin", "a.fvecs")), StringComparison.Ordinal);
        Assert.Contains(".fbin", Message(() => AnswerFile.CheckNames("a.ivecs", "a.txt")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Message(() => AnswerFile.Read(_folder.File("none.ivecs"), null)), StringComparison.Ordinal);
        AnswerFile.Write(_folder.File("a.ivecs"), _folder.File("a.fvecs"), Answers);
        AnswerFile.Write(_folder.File("b.ivecs"), _folder.File("b.fvecs"), [Answers[0], new([1], [1])]);
        AnswerFile.Write(_folder.File("c.ivecs"), null, [Answers[0]]);
        Assert.Contains("row 1 ", Message(() => AnswerFile.Read(_folder.File("b.ivecs"), _folder.File("a.fvecs"))), StringComparison.Ordinal);
        Assert.Contains("1 queries", Message(() => AnswerFile.Read(_folder.File("c.ivecs"), _folder.File("a.fvecs"))), StringComparison.Ordinal);
        File.WriteAllText(_folder.File("bad.jsonl"), "{\"ids\":[1]}\n{\"ids\":[1],\"distances\":[1,2]}\n");
        Assert.Contains("row 1 ", Message(() => AnswerFile.Read(_folder.File("bad.jsonl"), null)), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.Throws<FlatIndexException>(action).Message;

    private static void AssertSame(IReadOnlyList<Answer> expected, IReadOnlyList<Answer> found)
    {
        Assert.Equal(expected.Select(answer => answer.Ids), found.Select(answer => answer.Ids));
        Assert.Equal(expected.Select(answer => Bits(answer.Distances!)), found.Select(answer => Bits(answer.Distances!)));
    }

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];
}
