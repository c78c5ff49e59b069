using IqdbFlat.Cli.Numerics;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>
/// Embeds members and questions as unit vectors of 384 dimensions by signed feature hashing with TF-IDF weights. There is no model behind
/// it: it is lexical, finds words and parts of words that question and member share, and knows nothing of meaning.
/// </summary>
/// <remarks>
/// A feature that occurs t times weighs (1 + ln t) * idf * c, c by its class; its weight is added with its sign to its component. Features
/// are added in rising order of their hashes and the logarithm is our own, so that the bits are the same on every machine. The words of
/// a member's name count twice, once where its summary has them too. Not thread-safe: it keeps its lists between calls.
/// </remarks>
internal sealed class MemberEmbedding(TermWeights weights)
{
    /// <summary>The components of a vector.</summary>
    public const int Dimension = 384;

    /// <summary>Raised when the same text would give another vector.</summary>
    public const int Version = 1;

    private const float WordWeight = 1f;
    private const float PairWeight = 0.5f;
    private const float GramWeight = 0.25f;
    private readonly List<string> _words = [];
    private readonly List<ulong> _features = [];
    private readonly double[] _sum = new double[Dimension];

    /// <summary>The weights, which another thread's embedding may share.</summary>
    public TermWeights Weights => weights;

    /// <summary>Counts the features of all members: the first of the two passes.</summary>
    public static MemberEmbedding Learn(IEnumerable<MemberDocument> members, CancellationToken cancellationToken = default)
    {
        var counter = new TermWeights.Counter();
        var words = new List<string>();
        var features = new List<ulong>();
        foreach (var member in members)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FeaturesOf(member, words, features);
            counter.Add(features);
        }

        return new(counter.ToWeights());
    }

    /// <summary>Writes the vector of a member: the second pass.</summary>
    public void Embed(MemberDocument member, Span<float> vector)
    {
        FeaturesOf(member, _words, _features);
        Sum(vector);
    }

    /// <summary>Writes the vector of a question.</summary>
    /// <exception cref="FlatIndexException">The question has no word that says anything.</exception>
    public void Embed(string question, Span<float> vector)
    {
        _words.Clear();
        _features.Clear();
        WordSplitter.Split(question, _words);
        if (_words.Count == 0)
            throw FlatIndexException.InvalidConfig($"expected a question with at least one word that says something, found '{question}'");
        FeatureHashing.Add(_words, _features);
        Sum(vector);
    }

    private static void FeaturesOf(MemberDocument member, List<string> words, List<ulong> features)
    {
        features.Clear();
        words.Clear();
        WordSplitter.Split(member.Type, words);
        if (member.Kind != MemberKind.Type)
            WordSplitter.Split(member.Name, words);
        FeatureHashing.Add(words, features);
        words.Clear();
        WordSplitter.Split(member.Summary, words);
        FeatureHashing.Add(words, features);
    }

    private void Sum(Span<float> vector)
    {
        _features.Sort();
        Array.Clear(_sum);
        for (int i = 0, next; i < _features.Count; i = next)
        {
            ulong feature = _features[i];
            for (next = i + 1; next < _features.Count && _features[next] == feature; next++)
            {
            }

            double frequency = 1 + PortableLog.Of(next - i);
            _sum[FeatureHashing.Component(feature, Dimension)] +=
                FeatureHashing.Sign(feature) * frequency * weights.Of(feature) * ClassWeight(FeatureHashing.ClassOf(feature));
        }

        // A name of symbols alone has no features; a fixed direction keeps its row at length 1.
        if (!UnitVector.Normalise(_sum, vector))
            vector[0] = 1;
    }

    private static float ClassWeight(FeatureClass kind) => kind switch
    {
        FeatureClass.Word => WordWeight,
        FeatureClass.Pair => PairWeight,
        _ => GramWeight,
    };
}
