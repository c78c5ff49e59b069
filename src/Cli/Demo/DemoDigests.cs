using IqdbFlat.Cli.Bench;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>One digest over many searches: the same for every number of shards, to the bit.</summary>
internal static class DemoDigests
{
    private const int Queries = 64;
    private const int K = 10;

    /// <summary>Searches for the example questions and for members spread over the corpus, and digests ids and distances.</summary>
    public static async Task<string> OfAsync(IFlatIndex index, DemoCorpus corpus, MemberEmbedding embedding, CancellationToken cancellationToken)
    {
        using var digest = new AnswerDigest();
        foreach (var question in DemoQuestion.Examples)
            digest.Add((await DemoAnswer.AskAsync(index, embedding, question, K, cancellationToken)).Hits);
        var queries = new ReadOnlyMemory<float>[Math.Min(Queries, corpus.Members.Count)];
        for (int i = 0; i < queries.Length; i++)
        {
            var vector = new float[MemberEmbedding.Dimension];
            embedding.Embed(corpus.Members[(int)((long)i * corpus.Members.Count / queries.Length)], vector);
            queries[i] = vector;
        }

        foreach (IReadOnlyList<Hit> answer in (await index.SearchBatchAsync(queries, K, cancellationToken: cancellationToken)).Answers)
            digest.Add(answer);
        return digest.ToString();
    }
}
