namespace IqdbFlat.Engine.Plans;

/// <summary>Chooses how the selected rows of a block come to the kernel, by what each way is estimated to take for rows of one size.</summary>
internal readonly struct BlockCosts(ScanCosts costs, int rowBytes)
{
    private readonly double _stream = costs.StreamRow + (costs.StreamByte * rowBytes);
    private readonly double _gather = costs.GatherRow + (costs.GatherByte * rowBytes);
    private readonly double _run = costs.Run;

    /// <summary>
    /// The cheapest of <see cref="SearchPlans.Scan"/>, all rows of the block; <see cref="SearchPlans.Runs"/>, each unbroken run of selected rows;
    /// <see cref="SearchPlans.Gather"/>, each selected row by itself.
    /// </summary>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="selected">Rows selected, 1 or more.</param>
    /// <param name="runs">Unbroken runs of them.</param>
    public SearchPlans Choose(int rows, int selected, int runs)
    {
        if (selected == rows)
            return SearchPlans.Scan;
        double scan = rows * _stream;
        double pieces = (selected * _stream) + (runs * _run);
        double gather = selected * _gather;
        if (scan <= pieces && scan <= gather)
            return SearchPlans.Scan;
        return pieces <= gather ? SearchPlans.Runs : SearchPlans.Gather;
    }
}
