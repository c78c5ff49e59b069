namespace IqdbFlat.Engine.Pruning;

/// <summary>Says which rows of a block may be nearer than a limit, by their codes alone.</summary>
internal abstract unsafe class BlockBound
{
    /// <summary>A bit for each row of the block that starts at <paramref name="block"/>: set where the row is proven to be out.</summary>
    /// <remarks>Rows of the block that are not written yet have any bits at all.</remarks>
    public abstract ulong Out(byte* block, double limit);

    /// <summary>Goes through whole blocks that lie one behind the other up to the first of which a row may be nearer than the limit.</summary>
    /// <param name="block">The first block.</param>
    /// <param name="blocks">How many, at least one.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="dots">Takes the products of the rows of the last block looked at: room for those of a block.</param>
    /// <param name="result">The bits of <see cref="Out(byte*, double)"/> for the last block looked at.</param>
    /// <returns>Blocks before that one, all of whose rows are out.</returns>
    public abstract int Skip(byte* block, int blocks, double limit, int* dots, out ulong result);

    /// <summary>The same for the rows that <paramref name="wanted"/> names, and no others: only their codes are read.</summary>
    public abstract ulong Out(byte* block, ulong wanted, double limit);

    /// <summary>The same with the query's rest (<see cref="QueryRest"/>) and a limit of <see cref="QueryCode.FineLimitOf"/>: a closer bound for the few rows that are left.</summary>
    /// <param name="block">The block.</param>
    /// <param name="wanted">The rows.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="dots">The products that <see cref="Skip"/> gave; null where they are not known.</param>
    public abstract ulong FineOut(byte* block, ulong wanted, double limit, int* dots);

    /// <summary>The excess of each row of the block over a limit of its own (<see cref="IRowBound.Excess"/>): what fuzzing looks at.</summary>
    /// <param name="block">The block.</param>
    /// <param name="fine">Whether with the query's rest.</param>
    /// <param name="limits">A limit for each row.</param>
    /// <param name="excesses">Takes the excesses.</param>
    public abstract void Excesses(byte* block, bool fine, double* limits, double* excesses);
}
