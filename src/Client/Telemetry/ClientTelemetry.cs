using System.Diagnostics;
using System.Diagnostics.Metrics;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Telemetry;

/// <summary>
/// Tells of each call how long it took and how it ended: a histogram and, where somebody traces, an activity, both by OpenTelemetry's conventions for
/// clients of databases. Where nobody listens a call costs two looks at a flag.
/// </summary>
internal static class ClientTelemetry
{
    private static readonly ActivitySource Source = new(IqdbFlatTelemetry.Name);
    private static readonly Meter Meter = new(IqdbFlatTelemetry.Name);

    // The boundaries that the conventions advise.
    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        IqdbFlatTelemetry.OperationDuration,
        "s",
        "How long a call of the client took, its retries included.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    /// <summary>Makes a call and tells of it.</summary>
    /// <param name="operation">The call's name, as in <c>search</c>.</param>
    /// <param name="index">The index; null where the call is about none or all.</param>
    /// <param name="call">Makes the call.</param>
    public static Task<T> MeasureAsync<T>(string operation, string? index, Func<Task<T>> call) =>
        Duration.Enabled || Source.HasListeners() ? ToldAsync(operation, index, call) : call();

    /// <summary>Makes a call without a result and tells of it.</summary>
    public static Task MeasureAsync(string operation, string? index, Func<Task> call)
    {
        return Duration.Enabled || Source.HasListeners() ? ToldAsync(operation, index, Call) : call();

        async Task<bool> Call()
        {
            await call();
            return true;
        }
    }

    private static async Task<T> ToldAsync<T>(string operation, string? index, Func<Task<T>> call)
    {
        using var activity = Source.StartActivity(index is null ? operation : $"{operation} {index}", ActivityKind.Client);
        activity?.SetTag(IqdbFlatTelemetry.System, IqdbFlatTelemetry.SystemName).SetTag(IqdbFlatTelemetry.Operation, operation);
        if (index is not null)
            activity?.SetTag(IqdbFlatTelemetry.Collection, index);
        long started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            return await call();
        }
        catch (Exception failure)
        {
            error = NameOf(failure);
            activity?.SetTag(IqdbFlatTelemetry.ErrorType, error).SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            Record(operation, index, error, Stopwatch.GetElapsedTime(started));
        }
    }

    private static void Record(string operation, string? index, string? error, TimeSpan elapsed)
    {
        var tags = new TagList { { IqdbFlatTelemetry.System, IqdbFlatTelemetry.SystemName }, { IqdbFlatTelemetry.Operation, operation } };
        if (index is not null)
            tags.Add(IqdbFlatTelemetry.Collection, index);
        if (error is not null)
            tags.Add(IqdbFlatTelemetry.ErrorType, error);
        Duration.Record(elapsed.TotalSeconds, tags);
    }

    private static string NameOf(Exception failure) => failure switch
    {
        FlatIndexException known => known.Kind.ToString(),
        OperationCanceledException => "Cancelled",
        _ => failure.GetType().FullName!,
    };
}
