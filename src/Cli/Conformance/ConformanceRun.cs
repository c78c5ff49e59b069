namespace IqdbFlat.Cli.Conformance;

/// <summary>Runs all cases of a file against one subject, some at a time.</summary>
internal static class ConformanceRun
{
    /// <summary>Runs the cases. A line that is no case has failed, and so has a case that ends in an error of no contract.</summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="subject">What they run against.</param>
    /// <param name="parallel">Cases that run at a time.</param>
    /// <param name="cancellationToken">Stops between cases and inside them.</param>
    public static async Task<ConformanceReport> RunAsync(
        IReadOnlyList<GoldenLine> lines, IGoldenSubject subject, int parallel, CancellationToken cancellationToken)
    {
        var problems = new string?[lines.Count];
        await Parallel.ForAsync(
            0,
            lines.Count,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            async (i, stop) => problems[i] = await RunAsync(lines[i], subject, stop));
        List<(string, string)> failures = [];
        for (int i = 0; i < problems.Length; i++)
        {
            if (problems[i] is { } problem)
                failures.Add((lines[i].Name, problem));
        }

        return new(lines.Count - failures.Count, failures);
    }

    private static async Task<string?> RunAsync(GoldenLine line, IGoldenSubject subject, CancellationToken cancellationToken)
    {
        if (line.Case is null)
            return $"not a golden case: {line.Problem}";
        try
        {
            return await GoldenRun.RunAsync(line.Case, subject, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // One case must not hide the others; its error is its failure.
            return $"{error.GetType().Name}: {error.Message}";
        }
    }
}
