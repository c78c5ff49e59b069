using IqdbFlat.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IqdbFlat.Samples.WebService;

/// <summary>Healthy when every shard of the index answers.</summary>
public sealed class ArticleHealth(ArticleIndex articles) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            return HealthCheckResult.Healthy($"{await articles.CountAsync(cancellationToken)} articles");
        }
        catch (FlatIndexException error)
        {
            return new(context.Registration.FailureStatus, error.Message, error);
        }
    }
}
