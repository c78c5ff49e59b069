using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IqdbFlat.Silo.Health;

/// <summary>
/// Whether the store answers: reads a record that is never there. Anybody may ask for health, so the store is asked at most once a second whatever the number of requests.
/// </summary>
internal sealed class StorageHealth(IRecordStoreFactory stores, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<HealthCheckResult>? _last;
    private long _asked;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        Task<HealthCheckResult> answer;
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_asked) >= KeptFor))
            {
                _asked = time.GetTimestamp();
                _last = Ask(context.Registration.FailureStatus);
            }

            answer = _last;
        }

        return answer.WaitAsync(cancellationToken);
    }

    private async Task<HealthCheckResult> Ask(HealthStatus failure)
    {
        try
        {
            // Off this thread: a store's driver may work synchronously, and others wait at the gate.
            await Task.Run(() => stores.Open("health/probe").ReadAsync("absent")).WaitAsync(Patience, time);
            return HealthCheckResult.Healthy();
        }
        catch (TimeoutException)
        {
            return new(failure, $"The store has not answered within {Patience.TotalSeconds} s.");
        }
        catch (Exception error)
        {
            return new(failure, "The store does not answer.", error);
        }
    }
}
