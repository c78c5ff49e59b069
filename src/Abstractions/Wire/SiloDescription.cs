using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A silo, as people name it.</summary>
/// <param name="Name">Its name: the setting <c>Silo:Name</c>.</param>
/// <param name="Address">Its endpoint for other silos, as in <c>127.0.0.1:11111</c>.</param>
[GenerateSerializer, Immutable, Alias("iqdb.SiloDescription")]
public sealed record SiloDescription([property: Id(0)] string Name, [property: Id(1)] string Address)
{
    /// <inheritdoc/>
    public override string ToString() => Name == Address ? Name : $"{Name} ({Address})";
}

/// <summary>The silos of a cluster.</summary>
/// <param name="Silos">Those that are active, in the order of their names.</param>
[GenerateSerializer, Immutable, Alias("iqdb.SiloList")]
public sealed record SiloList([property: Id(0)] SiloDescription[] Silos);
