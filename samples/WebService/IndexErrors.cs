using IqdbFlat.Engine;
using Microsoft.AspNetCore.Diagnostics;

namespace IqdbFlat.Samples.WebService;

/// <summary>What the index refuses, as a status and its one sentence.</summary>
public sealed class IndexErrors(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not FlatIndexException error)
            return false;
        httpContext.Response.StatusCode = error.Kind switch
        {
            FlatErrorKind.InvalidFilter or FlatErrorKind.InvalidConfig or FlatErrorKind.InvalidVector or FlatErrorKind.ResourceLimitExceeded => StatusCodes.Status400BadRequest,
            FlatErrorKind.NotFound => StatusCodes.Status404NotFound,
            FlatErrorKind.Unavailable or FlatErrorKind.Loading or FlatErrorKind.Overloaded => StatusCodes.Status503ServiceUnavailable,
            FlatErrorKind.Timeout => StatusCodes.Status504GatewayTimeout,
            _ => StatusCodes.Status500InternalServerError,
        };
        return await problems.TryWriteAsync(new()
        {
            HttpContext = httpContext,
            ProblemDetails = { Title = error.Kind.ToString(), Detail = error.Message, Status = httpContext.Response.StatusCode },
        });
    }
}
