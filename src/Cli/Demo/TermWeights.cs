using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Demo;

/// <summary>
/// Inverse document frequencies of hashed features: idf = ln((n + 1) / (df + 1)) + 1 for a feature that df of n documents have. Features share
/// a table of 2^21 places; the few that meet there share a frequency.
/// </summary>
internal sealed class TermWeights
{
    private const int TableBits = 21;
    private readonly float[] _weights;

    private TermWeights(float[] weights) => _weights = weights;

    /// <summary>The weight of a feature.</summary>
    public float Of(ulong feature) => _weights[Place(feature)];

    private static int Place(ulong feature) => (int)((feature >> 2) & ((1 << TableBits) - 1));

    /// <summary>Counts documents, one after another.</summary>
    public sealed class Counter
    {
        private readonly int[] _documentsWith = new int[1 << TableBits];
        private readonly int[] _lastDocument = new int[1 << TableBits];
        private int _documents;

        /// <summary>Counts each feature of one document once.</summary>
        public void Add(List<ulong> features)
        {
            _documents++;
            foreach (ulong feature in features)
            {
                int place = Place(feature);
                if (_lastDocument[place] == _documents)
                    continue;
                _lastDocument[place] = _documents;
                _documentsWith[place]++;
            }
        }

        /// <summary>The weights after all documents.</summary>
        public TermWeights ToWeights()
        {
            var ofCount = new Dictionary<int, float>();
            var weights = new float[_documentsWith.Length];
            for (int place = 0; place < weights.Length; place++)
            {
                int count = _documentsWith[place];
                if (!ofCount.TryGetValue(count, out float weight))
                    ofCount[count] = weight = (float)(PortableLog.Of((_documents + 1.0) / (count + 1.0)) + 1);
                weights[place] = weight;
            }

            return new(weights);
        }
    }
}
