namespace IqdbFlat.Cluster.Tests.Lifecycle;

/// <summary>Tests whose silos want the machine's processors: one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SilosUnderLoad
{
    public const string Name = "silos under load";
}
