namespace IqdbFlat.Cli.Bench;

/// <summary>Measurements of one thing, and what they say together.</summary>
internal sealed class Samples(int capacity)
{
    // As large as it gets, so that taking a sample allocates nothing while allocations are counted.
    private readonly List<double> _values = new(capacity);

    /// <summary>Takes one.</summary>
    public void Add(double value) => _values.Add(value);

    /// <summary>The value in the middle; 0 when there is none.</summary>
    public double Median()
    {
        double[] sorted = Sorted();
        int middle = sorted.Length / 2;
        if (sorted.Length == 0)
            return 0;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The smallest value that the share of all values does not pass; 0 when there is none.</summary>
    public double Percentile(double share)
    {
        double[] sorted = Sorted();
        return sorted.Length == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>All of them together.</summary>
    public double Sum() => _values.Sum();

    private double[] Sorted() => [.. _values.Order()];
}
