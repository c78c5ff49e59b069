using System.Globalization;
using IqdbFlat.Abstractions;
using Microsoft.Extensions.AI;

namespace IqdbFlat.VectorData;

/// <summary>Where a store keeps its collections, and what it generates vectors with. With none of it set, in the memory of this process.</summary>
public sealed class IqdbFlatVectorStoreOptions
{
    internal const int DefaultShards = 4;

    /// <summary>In the process or in a cluster. Embedded.</summary>
    public IqdbFlatStoreMode Mode { get; set; }

    /// <summary>The SQLite file of the embedded mode, made where there is none; null to keep collections in memory only.</summary>
    public string? Path { get; set; }

    /// <summary>An embedded database that is shared; null for one of the store's own, which ends with the store.</summary>
    public IqdbFlatDatabase? Database { get; set; }

    /// <summary>Threads that scan for one search in the embedded mode: 1 to 1,024. 1.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Shards of a collection that is made in a cluster: 1 to 4,096. 4.</summary>
    public int Shards { get; set; } = DefaultShards;

    /// <summary>What vectors are generated with where neither property nor collection says; null for nothing.</summary>
    public IEmbeddingGenerator? EmbeddingGenerator { get; set; }

    /// <summary>What is wrong with the settings, a sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Mode))
            yield return $"Mode is {IqdbFlatStoreMode.Embedded} or {IqdbFlatStoreMode.Cluster}, found {Mode}.";
        if (Mode == IqdbFlatStoreMode.Cluster && (Path is not null || Database is not null))
            yield return "Path and Database are settings of the embedded mode, and the mode is Cluster.";
        if (Path is not null && Database is not null)
            yield return "Of Path and Database at most one is set, found both.";
        if (Path is not null && string.IsNullOrWhiteSpace(Path))
            yield return "Path is the name of a file, found nothing but white space.";
        if (Threads is < 1 or > IqdbFlatDatabase.MaxThreads)
            yield return string.Create(CultureInfo.InvariantCulture, $"Threads is 1 to {IqdbFlatDatabase.MaxThreads:N0}, found {Threads}.");
        if (Shards is < 1 or > IndexSettings.MaxShards)
            yield return $"Shards is 1 to {IndexSettings.MaxShards}, found {Shards}.";
    }

    /// <summary>Throws <see cref="ArgumentException"/> where something is wrong.</summary>
    internal IqdbFlatVectorStoreOptions Checked()
    {
        string problems = string.Join(' ', Problems());
        return problems.Length == 0 ? this : throw new ArgumentException($"The options of the vector store are not accepted: {problems}");
    }
}
