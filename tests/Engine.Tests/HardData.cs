namespace IqdbFlat.Engine.Tests;

/// <summary>Data on which a search that is right on ordinary rows goes wrong.</summary>
public enum HardKind
{
    /// <summary>Independent standard normal components.</summary>
    Normal,

    /// <summary>A few tight clusters, far apart.</summary>
    Clustered,

    /// <summary>Variance 1/i along axis i: what embeddings look like after a rotation.</summary>
    DecayingSpectrum,

    /// <summary>Few different vectors, so that ties come by the hundred at every place.</summary>
    Duplicated,

    /// <summary>Copies of a few vectors that differ from them in the last bit of one component.</summary>
    LastBit,

    /// <summary>10,000 plus a thousandth of a standard normal.</summary>
    HugeOffset,

    /// <summary>Rows of zeros of both signs among a few others: norms of zero.</summary>
    Zero,

    /// <summary>Every component below the normal range.</summary>
    Subnormal,

    /// <summary>Squares overflow, sums meet infinities, and infinity minus infinity makes NaN.</summary>
    Overflow,

    /// <summary>Small integers: every sum is exact, and the k-th place is shared by hundreds of different vectors.</summary>
    Ties,

    /// <summary>Any finite bits.</summary>
    AnyBits,
}

/// <summary>Vectors of a <see cref="HardKind"/> from a seed: the same numbers for the same seed, rows and queries alike.</summary>
internal sealed class HardData
{
    private readonly Random _random;
    private readonly float[][] _shared;

    public HardData(HardKind kind, int dimension, int seed)
    {
        Kind = kind;
        Dimension = dimension;
        _random = new Random(seed);
        _shared = [.. Enumerable.Range(0, 8).Select(_ => Each(_ => Normal()))];
    }

    public static IEnumerable<HardKind> Kinds => Enum.GetValues<HardKind>();

    public HardKind Kind { get; }

    public int Dimension { get; }

    /// <summary>One more vector.</summary>
    public float[] Next() => Kind switch
    {
        HardKind.Normal => Each(_ => Normal()),
        HardKind.Clustered => Near(Shared(), far: 100, spread: 0.01f),
        HardKind.DecayingSpectrum => Each(i => Normal() / MathF.Sqrt(i + 1)),
        HardKind.Duplicated => [.. Shared()],
        HardKind.LastBit => LastBit(),
        HardKind.HugeOffset => Each(_ => 1e4f + (1e-3f * Normal())),
        HardKind.Zero => _random.Next(4) == 0 ? [.. Shared()] : Each(_ => _random.Next(2) == 0 ? 0f : -0f),
        HardKind.Subnormal => Each(_ => BitConverter.UInt32BitsToSingle((uint)_random.Next(0x0080_0000) | ((uint)_random.Next(2) << 31))),
        HardKind.Overflow => Each(_ => _random.Next(4) == 0 ? Normal() * 1e37f : Normal() * 1e19f),
        HardKind.Ties => Each(_ => _random.Next(-1, 2)),
        HardKind.AnyBits => Each(_ => AnyFinite()),
        _ => throw new InvalidOperationException($"no data of the kind {Kind}"),
    };

    /// <summary>As many vectors.</summary>
    public float[][] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    /// <summary>As many rows, with their number as id.</summary>
    public Row[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, Next()))];

    private float[] Shared() => _shared[_random.Next(_shared.Length)];

    private float[] Near(float[] centre, float far, float spread) => Each(i => (far * centre[i]) + (spread * Normal()));

    private float[] LastBit()
    {
        float[] vector = [.. Shared()];
        ref float component = ref vector[_random.Next(Dimension)];
        component = _random.Next(3) switch { 0 => component, 1 => MathF.BitIncrement(component), _ => MathF.BitDecrement(component) };
        return vector;
    }

    private float[] Each(Func<int, float> component)
    {
        float[] vector = new float[Dimension];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = component(i);
        return vector;
    }

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));

    private float AnyFinite()
    {
        while (true)
        {
            float value = BitConverter.Int32BitsToSingle((int)_random.NextInt64(0, 1L << 32));
            if (float.IsFinite(value))
                return value;
        }
    }
}
