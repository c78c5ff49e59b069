using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A silo, asked about itself by other silos. Its key is the silo's address as in <c>127.0.0.1:11111@5</c>, and it lives nowhere else.</summary>
[Alias("iqdb.ISiloGrain")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Whether a shard of so many bytes fits into the silo's memory now; ResourceLimitExceeded, which names the budget, where it does not.</summary>
    [Alias("CheckRoom")]
    Task CheckRoom(int shard, long bytes, CancellationToken cancellationToken);
}
