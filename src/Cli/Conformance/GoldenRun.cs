using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Runs one golden case and says what is wrong with the outcome, if anything.</summary>
internal static class GoldenRun
{
    /// <summary>The first difference from what the case expects, in one sentence; null when there is none.</summary>
    public static async Task<string?> RunAsync(GoldenCase golden, IGoldenSubject subject, CancellationToken cancellationToken)
    {
        IGoldenIndex index;
        try
        {
            index = await subject.CreateAsync(golden.Dimension, golden.Metric, cancellationToken);
        }
        catch (FlatIndexException e)
        {
            return CompareError("creating the index", golden.Expect.Error is { At: "new" } expected ? expected : null, e);
        }

        await using (index)
        {
            if (golden.Expect.Error is { At: "new" } error)
                return $"creating the index: expected {error.Kind}, found no error";
            for (int i = 0; i < golden.Operations.Count; i++)
            {
                if (await OperateAsync(index, golden.Operations[i], i, cancellationToken) is { } failure)
                    return failure;
            }

            long count = await index.CountAsync(cancellationToken);
            return count != golden.Count
                ? $"after all operations: expected {golden.Count} rows, found {count}"
                : await SearchAsync(index, golden, cancellationToken);
        }
    }

    private static async Task<string?> OperateAsync(IGoldenIndex index, GoldenOperation operation, int number, CancellationToken cancellationToken)
    {
        FlatIndexException? error = null;
        try
        {
            await (operation.Kind switch
            {
                GoldenOperationKind.Insert => index.InsertAsync(operation.Rows[0], cancellationToken),
                GoldenOperationKind.InsertBatch => index.InsertBatchAsync(operation.Rows, cancellationToken),
                _ => index.DeleteAsync(operation.Id, cancellationToken),
            });
        }
        catch (FlatIndexException e)
        {
            error = e;
        }

        return CompareError($"operation {number} ({operation.Kind})", operation.Error, error);
    }

    private static async Task<string?> SearchAsync(IGoldenIndex index, GoldenCase golden, CancellationToken cancellationToken)
    {
        IReadOnlyList<Hit> hits;
        try
        {
            hits = await index.SearchAsync(golden.Query, golden.K, golden.Filter, golden.SearchMetric, cancellationToken);
        }
        catch (FlatIndexException e)
        {
            return CompareError("the search", golden.Expect.Error, e);
        }

        if (golden.Expect.Error is { } expected)
            return CompareError("the search", expected, null);
        var wanted = golden.Expect.Hits!;
        if (hits.Count != wanted.Count)
            return $"the search: expected {wanted.Count} hits, found {hits.Count}";
        for (int i = 0; i < hits.Count; i++)
        {
            if (CompareHit(wanted[i], hits[i], golden.Tolerance) is { } difference)
                return $"hit {i}: {difference}";
        }

        return null;
    }

    private static string? CompareHit(GoldenHit expected, Hit found, GoldenTolerance? tolerance)
    {
        if (expected.Id != found.Id)
            return $"expected id {expected.Id}, found {found.Id}";
        uint bits = BitConverter.SingleToUInt32Bits(found.Distance);
        uint wanted = BitConverter.SingleToUInt32Bits(expected.Distance);
        double difference = Math.Abs((double)found.Distance - expected.Distance);
        bool near = tolerance is null || bits == wanted
            ? bits == wanted
            : difference <= tolerance.Absolute + (tolerance.Relative * Math.Abs((double)expected.Distance));
        if (!near)
            return $"expected distance {expected.Distance:R} ({wanted:x8}), found {found.Distance:R} ({bits:x8})";
        return expected.Metadata is { } metadata && !metadata.Equals(found.Metadata) ? "the metadata differs" : null;
    }

    private static string? CompareError(string where, GoldenError? expected, FlatIndexException? found)
    {
        if (expected is null)
            return found is null ? null : $"{where}: expected no error, found {found.Kind} ({found.Message})";
        if (found is null)
            return $"{where}: expected {expected.Kind}, found no error";
        if (found.Kind != expected.Kind)
            return $"{where}: expected {expected.Kind}, found {found.Kind} ({found.Message})";
        bool numbers = expected.Kind != FlatErrorKind.DimensionMismatch
            || (found.Error.Expected == (expected.Expected ?? found.Error.Expected) && found.Error.Found == (expected.Found ?? found.Error.Found));
        return numbers
            ? null
            : $"{where}: expected {expected.Expected} against {expected.Found}, found {found.Error.Expected} against {found.Error.Found}";
    }
}
