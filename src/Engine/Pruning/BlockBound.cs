namespace IqdbFlat.Engine.Pruning;

/// <summary>Says which rows of a block may be nearer than a limit, by their codes alone.</summary>
internal abstract unsafe class BlockBound
{
    /// <summary>A bit for each row of the block that starts at <paramref name="block"/>: set where the row is proven to be out.</summary>
    /// <remarks>Rows of the block that are not written yet have any bits at all.</remarks>
    public abstract ulong Out(byte* block, double limit);

    /// <summary>The same for the rows that <paramref name="wanted"/> names, and no others: only their codes are read.</summary>
    public abstract ulong Out(byte* block, ulong wanted, double limit);

    /// <summary>The excess of each row of the block over a limit of its own (<see cref="IRowBound.Excess"/>): what fuzzing looks at.</summary>
    public abstract void Excesses(byte* block, double* limits, double* excesses);
}
