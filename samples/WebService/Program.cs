using IqdbFlat.Client;
using IqdbFlat.Grains;
using IqdbFlat.Samples.WebService;
using IqdbFlat.Silo;

var builder = WebApplication.CreateBuilder(args);

// The service is a silo of its own cluster. With more instances: clustering over Redis or PostgreSQL here, and their records too.
builder.Host.UseOrleans(silo =>
{
    silo.UseLocalhostClustering(siloPort: builder.Configuration.GetValue("SiloPort", 11111), gatewayPort: 0);
    silo.AddSqliteRecords(builder.Configuration["Data"] ?? "data/articles.db");
    silo.AddIqdbFlat();
    silo.Services.AddIqdbFlatClient();
});
builder.Services.AddSingleton<ArticleIndex>();
builder.Services.AddHealthChecks().AddCheck<ArticleHealth>("articles");
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<IndexErrors>();

await using var app = builder.Build();
app.UseExceptionHandler();
app.MapHealthChecks("/health");
app.MapPut("/articles/{id}", async (ulong id, Article article, ArticleIndex articles, CancellationToken cancel) =>
{
    await articles.PutAsync(id, article, cancel);
    return Results.NoContent();
});
app.MapGet("/articles/{id}", async (ulong id, ArticleIndex articles, CancellationToken cancel) =>
    await articles.GetAsync(id, cancel) is { } article ? Results.Ok(article) : Results.NotFound());
app.MapDelete("/articles/{id}", async (ulong id, ArticleIndex articles, CancellationToken cancel) =>
{
    await articles.DeleteAsync(id, cancel);
    return Results.NoContent();
});
app.MapGet("/search", (string q, string? filter, int? k, string? after, ArticleIndex articles, CancellationToken cancel) =>
    articles.SearchAsync(q, filter, k ?? 10, after, cancel));

await app.StartAsync();
await app.Services.GetRequiredService<ArticleIndex>().CreateAsync();
await app.WaitForShutdownAsync();
