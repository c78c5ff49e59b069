namespace IqdbFlat.Cli.Numerics;

/// <summary>
/// Independent standard normal numbers by Marsaglia's polar method. With <see cref="PortableLog"/> and the square root, which IEEE 754 fixes,
/// they are the same to the bit everywhere.
/// </summary>
internal ref struct NormalSource(Xoshiro256 random)
{
    private Xoshiro256 _random = random;
    private double _spare;
    private bool _hasSpare;

    /// <summary>The next number.</summary>
    public double Next()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        while (true)
        {
            double x = (2 * _random.NextDouble()) - 1;
            double y = (2 * _random.NextDouble()) - 1;
            double square = (x * x) + (y * y);
            if (square >= 1 || square == 0)
                continue;
            double scale = Math.Sqrt(-2 * PortableLog.Of(square) / square);
            _spare = y * scale;
            _hasSpare = true;
            return x * scale;
        }
    }
}
