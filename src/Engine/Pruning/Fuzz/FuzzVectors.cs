namespace IqdbFlat.Engine.Pruning.Fuzz;

/// <summary>Queries and rows that are as hard for a bound as its author could think of.</summary>
internal static class FuzzVectors
{
    /// <summary>Kinds of query.</summary>
    public const int QueryKinds = 12;

    private const int RowKinds = 12;

    /// <summary>Fills a query of one of the kinds.</summary>
    public static void Query(ref FuzzRandom random, int kind, Span<float> query)
    {
        float step = Lattice(ref random);
        for (int j = 0; j < query.Length; j++)
        {
            query[j] = kind switch
            {
                0 => random.NextBell(),
                1 => step * (random.Next(127) - 63),                                       // coded without any residual
                2 => 1e4f + (1e-3f * random.NextBell()),                                   // a large offset, small differences
                3 => BitConverter.UInt32BitsToSingle((uint)random.Next(0x0080_0000)),      // subnormal
                4 => 1e19f * random.NextBell(),                                            // squares overflow
                5 => AnyFinite(ref random),
                6 => 1e-30f * random.NextBell(),                                           // products underflow
                7 => random.Next(3) switch { 0 => 0f, 1 => -0f, _ => random.Next(4) },
                8 => MathF.ScaleB(random.NextBell(), random.Next(60) - 30),                // every component of another size
                9 => j == 0 ? 1e6f : random.NextBell(),                                    // one component rules the scale
                10 => MathF.ScaleB(random.NextBell(), -75),                                // squares at the edge of underflow
                _ => 1f + (random.NextSigned() / (1 << 20)),                               // all but equal
            };
        }

        if (kind == 1)
            query[random.Next(query.Length)] = step * QueryCodes.MostCode;
    }

    /// <summary>Fills a row beside a query: near it, far from it, or built so that what coding leaves out points at it.</summary>
    public static void Row(ref FuzzRandom random, int queryKind, ReadOnlySpan<float> query, Span<float> row)
    {
        int kind = random.Next(RowKinds);
        float step = Lattice(ref random);
        float size = MathF.ScaleB(1, random.Next(40) - 30);
        float factor = MathF.ScaleB(random.NextSigned(), random.Next(8) - 4);
        switch (kind)
        {
            case 0:
                Query(ref random, queryKind, row);
                return;
            case 1:
                Query(ref random, random.Next(QueryKinds), row);
                return;
        }

        for (int j = 0; j < row.Length; j++)
        {
            float value = query[j];
            row[j] = kind switch
            {
                2 => random.Next(4) == 0 ? LastBit(ref random, value) : value,
                3 => value * (1 + (size * random.NextSigned())),
                4 => value * factor,
                5 => value,
                6 => -value,
                7 => random.Next(4) == 0 ? value : 0,
                8 => value + (size * random.NextBell()),
                9 => Towards(value, step, random.Next(255) - 127),
                10 => value + (MathF.Abs(value) * size),
                _ => j == row.Length / 2 ? value * 2 : value,
            };
            if (!float.IsFinite(row[j]))
                row[j] = value;
        }

        if (kind == 9)
            row[random.Next(row.Length)] = step * RowEncoder.MostCode;
    }

    /// <summary>A scale of 16 bits, so that its multiples by codes are floats without rounding.</summary>
    private static float Lattice(ref FuzzRandom random) => MathF.ScaleB((1 << 15) + random.Next(1 << 15), random.Next(40) - 35);

    /// <summary>Just short of half a step from a code, on the query's side: the residual points at the query.</summary>
    private static float Towards(float query, float step, int code) => step * (code + (query > step * code ? 0.499f : -0.499f));

    private static float LastBit(ref FuzzRandom random, float value) =>
        random.Next(2) == 0 ? MathF.BitIncrement(value) : MathF.BitDecrement(value);

    private static float AnyFinite(ref FuzzRandom random)
    {
        float value = BitConverter.UInt32BitsToSingle((uint)random.NextBits());
        return float.IsFinite(value) ? value : 1;
    }
}
