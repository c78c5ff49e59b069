namespace IqdbFlat.Abstractions;

/// <summary>What one request may ask of a coordinator. The client cuts by these, the coordinator refuses by them: one number for both.</summary>
internal static class RequestLimits
{
    /// <summary>Queries of one search, at most: what one message and one answer can carry.</summary>
    public const int Queries = 16_384;

    /// <summary>The longest deadline: a minute below the response timeout of the grain methods, so that the cluster's own answer comes first.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(9);
}
