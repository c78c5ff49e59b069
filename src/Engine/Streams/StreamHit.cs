namespace IqdbFlat.Engine;

/// <summary>A row of a stream that is among the nearest.</summary>
/// <param name="Row">The row's number in the stream, counted from 0.</param>
/// <param name="Distance">Its canonical distance: smaller is nearer for every metric.</param>
public readonly record struct StreamHit(long Row, float Distance);
