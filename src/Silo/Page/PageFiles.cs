using System.Text.Encodings.Web;
using System.Text.Json;

namespace IqdbFlat.Silo.Page;

/// <summary>The page's own files, carried by the assembly. Nothing is fetched from anywhere else, and the browser is told to see to that.</summary>
internal static class PageFiles
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>How the page's endpoints write JSON: markup in it is escaped, whatever reads it.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.Default };

    /// <summary>Maps the page and what it needs.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", context => WriteAsync(context, "page.html", "text/html; charset=utf-8"));
        app.MapGet("/page/page.css", context => WriteAsync(context, "page.css", "text/css; charset=utf-8"));
        app.MapGet("/page/page.js", context => WriteAsync(context, "page.js", "text/javascript; charset=utf-8"));
    }

    /// <summary>What every answer of the page says of itself.</summary>
    public static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
    }

    /// <summary>Answers with an error in one sentence.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = why }, Json, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, string name, string type)
    {
        Protect(context.Response);
        context.Response.ContentType = type;
        await using var file = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
