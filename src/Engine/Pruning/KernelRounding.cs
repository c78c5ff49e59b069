namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// How far the canonical kernel of a stride may be off the real numbers it stands for; docs/PRUNING.md derives each. All are
/// computed in double and rounded outwards by <see cref="Outwards"/>.
/// </summary>
internal readonly struct KernelRounding
{
    /// <summary>Half a unit in the last place of a float: 2^-24.</summary>
    public const double U = 1.0 / (1 << 24);

    /// <summary>More than what a dozen roundings in double can change.</summary>
    public const double Outwards = 1 + (1.0 / (1L << 40));

    private const double Tiny = 2.8025969286496341e-45; // 2^-148, no less than what underflow takes from a component, and from what follows
    private const int Lanes = 16;
    private const int Folds = 4;

    /// <summary>For rows of a stride.</summary>
    public KernelRounding(int stride)
    {
        int sums = (stride / Lanes) + Folds;
        Underflow = stride * Tiny;
        Gamma = sums * U / (1 - (sums * U));
        SquaredDifferences = 1 / (1 - ((sums + 2) * U));
        Root = 1 / (1 - ((sums + 4) * U));
        double squares = Gamma + (1.0 / (1L << 52));
        double quotient = ((1 + U) / ((1 - squares) * (1 - U) * (1 - U) * (1 - U))) - 1;
        Cosine = (squares + ((1 + squares) * quotient) + (3 * U)) * Outwards;
    }

    /// <summary>The kernel without any rounding, for tests that show that its slack is needed.</summary>
    public static KernelRounding None => new() { SquaredDifferences = 1, Root = 1 };

    /// <summary>An absolute bound of what underflow takes from a sum of products.</summary>
    public double Underflow { get; private init; }

    /// <summary>A sum of products is within this of the true one, relative to the sum of their magnitudes.</summary>
    public double Gamma { get; private init; }

    /// <summary>The true sum of squared differences is at most this times the computed one, underflow apart.</summary>
    public double SquaredDifferences { get; private init; }

    /// <summary>The true one is at most this times the square of the computed root, underflow apart.</summary>
    public double Root { get; private init; }

    /// <summary>The computed cosine distance is within this of the true one.</summary>
    public double Cosine { get; private init; }
}
