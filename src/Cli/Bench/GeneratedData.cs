namespace IqdbFlat.Cli.Bench;

/// <summary>The distributions of <c>bench --generate</c>.</summary>
internal enum GeneratedData
{
    /// <summary>Independent standard normal components: the worst case for pruning.</summary>
    Normal,

    /// <summary>The same, at length 1.</summary>
    Unit,

    /// <summary>Unit vectors around 200 centres with variance 1/i along axis i, then rotated: what real embeddings look like.</summary>
    Spectrum,

    /// <summary>Rows drawn from few different vectors, so that ties come by the hundred.</summary>
    Duplicates,

    /// <summary>10,000 plus a thousandth of a standard normal: huge offset, tiny differences.</summary>
    Offset,

    /// <summary>Every third row too near the queries for bounds to tell it from the others that are: made to defeat pruning.</summary>
    Thirds,
}
