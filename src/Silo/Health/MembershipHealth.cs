using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace IqdbFlat.Silo.Health;

/// <summary>Whether the silo is Active in its cluster.</summary>
internal sealed class MembershipHealth(ISiloStatusOracle membership) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var status = membership.CurrentStatus;
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, $"The silo is {status}, not Active."));
    }
}
