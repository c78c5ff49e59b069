namespace IqdbFlat.Cli.Truth.Recall;

/// <summary>The recall of one answer: as little as this, and as much. The two differ only where nobody knows the distance of a reported row.</summary>
/// <param name="Least">Counting every row of unknown distance as wrong.</param>
/// <param name="Most">Counting it as right.</param>
internal readonly record struct RecallRange(double Least, double Most);
