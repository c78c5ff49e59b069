namespace IqdbFlat.Engine.Pruning.Fuzz;

/// <summary>A small generator of random numbers (a counter times an odd constant, mixed), the same on every machine.</summary>
internal struct FuzzRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong bits = _state += 0x9E37_79B9_7F4A_7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>0 to before <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)(((NextBits() >> 32) * (ulong)bound) >> 32);

    /// <summary>-1 to 1, in steps of 2^-23.</summary>
    public float NextSigned() => (int)(NextBits() >> 40) / (float)(1 << 23) - 1;

    /// <summary>About normal: the sum of four parts of a random word, of variance about 1.</summary>
    public float NextBell()
    {
        ulong bits = NextBits();
        float sum = (ushort)bits + (float)(ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48);
        return (sum - 131_070) / 37_837;
    }
}
