namespace IqdbFlat.Cli.Conformance;

/// <summary>A line of a file of golden cases: a case, or what is wrong with it; exactly one of the two.</summary>
/// <param name="Number">The line's number, counted from 1.</param>
/// <param name="Case">The case.</param>
/// <param name="Problem">Why it is not a case, in one sentence.</param>
internal sealed record GoldenLine(int Number, GoldenCase? Case, string? Problem)
{
    /// <summary>What a failure of the line is called.</summary>
    public string Name => Case?.Name ?? $"line {Number}";
}
