namespace IqdbFlat.Engine;

/// <summary>What an index accepts as its settings.</summary>
public static class IndexCheck
{
    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/> unless the dimension is 1 to <see cref="Limits.Dimension"/> and the metric is one of <see cref="Metric"/>.</summary>
    public static void Settings(int dimension, Metric metric)
    {
        if (dimension is < 1 or > Limits.Dimension)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"the dimension is 1 to {Limits.Dimension}, found {dimension}"));
        if (!Enum.IsDefined(metric))
            throw FlatIndexException.InvalidConfig($"a metric is one of {string.Join(", ", Enum.GetNames<Metric>())}, found {(byte)metric}");
    }
}
