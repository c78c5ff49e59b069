namespace IqdbFlat.Silo.Health;

/// <summary>Where health is told, to anybody.</summary>
internal static class HealthPaths
{
    /// <summary>Above both.</summary>
    public const string Root = "/health";

    /// <summary>The process is up.</summary>
    public const string Live = Root + "/live";

    /// <summary>The silo takes part in the cluster and its store answers.</summary>
    public const string Ready = Root + "/ready";
}
