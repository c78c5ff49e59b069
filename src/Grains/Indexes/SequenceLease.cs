namespace IqdbFlat.Grains.Indexes;

/// <summary>
/// Allots sequence numbers below a persisted lease. Only the lease runs ahead, so that a restart skips numbers and never
/// repeats one; each batch gets exactly what it needs when it arrives, so numbers rise in the order of arrival.
/// </summary>
internal sealed class SequenceLease(ulong next, ulong end)
{
    /// <summary>How far a lease runs ahead.</summary>
    public const ulong Length = 1 << 20;

    private ulong _next = next;
    private ulong _end = end;

    /// <summary>The highest number taken, or that no index of the name before could pass.</summary>
    public ulong Last => _next - 1;

    /// <summary>The lease's end that a batch would need, when the present one is too short; else null.</summary>
    public ulong? Extension(int count) => _next + (ulong)count - 1 > _end ? _next + (ulong)count - 1 + Length : null;

    /// <summary>Takes note of a longer lease, once it is durable.</summary>
    public void Extend(ulong end) => _end = end;

    /// <summary>The first of <paramref name="count"/> numbers.</summary>
    public ulong Take(int count)
    {
        if (Extension(count) is not null)
            throw new InvalidOperationException("The lease must be extended, durably, before it is passed.");
        ulong first = _next;
        _next += (ulong)count;
        return first;
    }
}
