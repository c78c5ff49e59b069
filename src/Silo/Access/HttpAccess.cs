using System.Net.Http.Headers;
using System.Text;
using IqdbFlat.Silo.Health;
using Microsoft.Extensions.Primitives;

namespace IqdbFlat.Silo.Access;

/// <summary>
/// Lets a request through that carries the key: as <c>Authorization: Bearer</c>, as <c>X-Api-Key</c>, or, for browsers, which ask for it by themselves, as the password of basic
/// authentication under any user name. Never in the address, which ends up in logs and histories. Health needs no key.
/// </summary>
/// <remarks>
/// Without a key the silo listens on loopback only. Then a request must also name loopback as its host: a page of some other site, opened on this machine, can reach this address through a
/// name of its own that resolves to it, and would read the answers.
/// </remarks>
internal sealed class HttpAccess(RequestDelegate next, AccessKey? key)
{
    private const string KeyHeader = "X-Api-Key";

    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(HealthPaths.Root, StringComparison.OrdinalIgnoreCase))
            return next(context);
        if (key is null)
            return IsLoopbackHost(context.Request.Host) ? next(context) : Refuse(context, StatusCodes.Status400BadRequest, "The host of the request is not this machine.");
        if (Offered(context.Request.Headers) is { } offered && key.Matches(offered))
            return next(context);
        context.Response.Headers.WWWAuthenticate = new StringValues(["Basic realm=\"IqdbFlat\", charset=\"UTF-8\"", "Bearer"]);
        return Refuse(context, StatusCodes.Status401Unauthorized, "The request needs the silo's key, as a bearer token, as X-Api-Key, or as the password of basic authentication.");
    }

    // One key a request: with several places or values it would be unclear which one counts.
    private static string? Offered(IHeaderDictionary headers)
    {
        if (headers.TryGetValue(KeyHeader, out var values))
            return values.Count == 1 ? values[0] : null;
        if (headers.Authorization.Count != 1 || !AuthenticationHeaderValue.TryParse(headers.Authorization[0], out var authorization))
            return null;
        return authorization.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => authorization.Parameter,
            "BASIC" => Password(authorization.Parameter ?? ""),
            _ => null,
        };
    }

    private static string? Password(string credentials)
    {
        var bytes = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, bytes, out int length))
            return null;
        string text = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : text[(colon + 1)..];
    }

    private static bool IsLoopbackHost(HostString host) => LoopbackHosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    private static Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
