using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IqdbFlat.Cli.Demo;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Demo;

public class MemberEmbeddingTests
{
    private static readonly DemoCorpus Corpus = DemoFixture.Corpus(DemoFixture.Library);

    [Theory]
    [InlineData("How do I read the lines of a text file?", "TextFile.ReadAllLines")]
    [InlineData("sort numbers", "Sorter")]
    [InlineData("sorting elements in ascending order", "Sorter.Sort")]
    [InlineData("what tells me that a name was changed", "TextFile.Renamed")]
    [InlineData("how many bytes", "TextFile.Length")]
    [InlineData("append to the end", "TextFile.Mode.Append")]
    public void A_plain_question_finds_the_obvious_member(string question, string expected)
    {
        var embedding = MemberEmbedding.Learn(Corpus.Members);
        float[] query = Embed(embedding, question);
        var nearest = Corpus.Members.MaxBy(member => query.Zip(Embed(embedding, member), (a, b) => a * b).Sum())!;
        Assert.Equal(expected, nearest.DisplayName);
    }

    [Fact]
    public void Vectors_have_length_one() => Assert.All(
        Corpus.Members,
        member => Assert.Equal(1, Embed(MemberEmbedding.Learn(Corpus.Members), member).Sum(x => (double)x * x), 1e-6));

    /// <summary>Rows that a second run finds must be those that it would make.</summary>
    [Fact]
    public void A_corpus_gives_the_same_bits_for_ever()
    {
        using var reader = new DemoRowReader(Corpus, MemberEmbedding.Learn(Corpus.Members));
        var rows = reader.ToRows().ToArray();
        Assert.Equal(Corpus.Members.Count, rows.Length);
        Assert.Equal(3ul, rows[3].Id.Number);
        float[] all = [.. rows.SelectMany(row => row.Vector.ToArray())];
        Assert.Equal("44c1359134a65fa7", Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(all)))[..16]);
    }

    [Fact]
    public void Rare_words_weigh_more_than_common_ones()
    {
        var counter = new TermWeights.Counter();
        for (int document = 0; document < 100; document++)
            counter.Add(document == 0 ? [1UL << 20, 1UL << 21, 1UL << 21] : [1UL << 20]);
        var weights = counter.ToWeights();
        Assert.Equal(1f, weights.Of(1UL << 20));
        Assert.Equal(Math.Log(101 / 2.0) + 1, weights.Of(1UL << 21), 1e-6);
        Assert.Equal(Math.Log(101) + 1, weights.Of(1UL << 22), 1e-6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?!")]
    [InlineData("how do I")]
    public void A_question_that_says_nothing_is_an_error(string question) => Assert.Equal(
        FlatErrorKind.InvalidConfig,
        Assert.Throws<FlatIndexException>(() => Embed(MemberEmbedding.Learn(Corpus.Members), question)).Kind);

    [Fact]
    public void A_member_of_symbols_alone_has_a_vector_all_the_same()
    {
        var odd = new MemberDocument("A", "", "_", "_", MemberKind.Type, 0, "");
        Assert.Equal(1, Embed(MemberEmbedding.Learn([odd]), odd)[0]);
    }

    private static float[] Embed(MemberEmbedding embedding, MemberDocument member)
    {
        float[] vector = new float[MemberEmbedding.Dimension];
        embedding.Embed(member, vector);
        return vector;
    }

    private static float[] Embed(MemberEmbedding embedding, string question)
    {
        float[] vector = new float[MemberEmbedding.Dimension];
        embedding.Embed(question, vector);
        return vector;
    }
}
