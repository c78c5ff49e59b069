using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>The names of all indexes. One grain a cluster, key <see cref="Key"/>; off the path of searches and writes.</summary>
[Alias("iqdb.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>The catalog's one key.</summary>
    const string Key = "catalog";

    /// <summary>Adds a name, durably, before its index is made. Adding it again changes nothing.</summary>
    [Alias("AddName")]
    Task AddName(string index, CancellationToken cancellationToken);

    /// <summary>Takes a name out, durably, after its index is gone. A name that is not there changes nothing.</summary>
    [Alias("RemoveName")]
    Task RemoveName(string index, CancellationToken cancellationToken);

    /// <summary>All names in ordinal order. A name can outlive a creation that failed halfway: describe tells.</summary>
    [Alias("ListNames")]
    Task<string[]> ListNames(CancellationToken cancellationToken);
}
