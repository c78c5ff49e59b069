using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Page;
using IqdbFlat.Silo.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Silo.Tests.Page;

/// <summary>What the page asks the silo.</summary>
public sealed class PageEndpointTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    private static readonly Uri Status = new("/api/status", UriKind.Relative);
    private static readonly Uri Search = new("/api/search", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_status_has_every_index_with_its_shards_and_markup_never_stands_in_it_plainly()
    {
        var index = await silo.Client.CreateAsync("seen", new(2, Metric.Euclidean, 2), cancellationToken: Token);
        await index.InsertAsync(new(1, new[] { 1f, 2f }, Metadata.From(("<script>", "</script>"))), cancellationToken: Token);
        using var http = silo.Http();

        string text = await RunningSilo.UntilAsync(() => http.GetStringAsync(Status, Token), seen => Rows(seen, "seen") == 1);
        var shown = JsonDocument.Parse(text).RootElement.GetProperty("indexes").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "seen");
        Assert.Equal([0, 1], shown.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("shard").GetInt32()));
        Assert.All(shown.GetProperty("shards").EnumerateArray(), shard => Assert.Equal(silo.Addresses.Silo.ToString(), shard.GetProperty("silo").GetString()));

        using var answer = await http.PostAsJsonAsync(Search, new { index = "seen", vector = "1 2", k = 3, filter = "" }, Token);
        string found = await answer.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain('<', found);
        Assert.Contains("<script>", JsonDocument.Parse(found).RootElement.GetProperty("hits")[0].GetProperty("metadata").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_of_several_vectors_is_shown_and_can_be_searched()
    {
        var parts = new VectorParts(new VectorPart("title", 2, Metric.Cosine), new VectorPart("body", 3, Metric.Euclidean));
        var index = await silo.Client.CreateAsync("parts", new(parts, 1), cancellationToken: Token);
        await index.InsertAsync(new(7, parts.Pack(("body", new float[] { 1, 2, 3 }))), cancellationToken: Token);
        using var http = silo.Http();

        string text = await RunningSilo.UntilAsync(() => http.GetStringAsync(Status, Token), seen => Rows(seen, "parts") == 1);
        var shown = JsonDocument.Parse(text).RootElement.GetProperty("indexes").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "parts");
        Assert.Equal(
            "title 2 Cosine, body 3 Euclidean",
            string.Join(", ", shown.GetProperty("vectors").EnumerateArray().Select(vector => $"{vector.GetProperty("name")} {vector.GetProperty("dimension")} {vector.GetProperty("metric")}")));
        using var answer = await http.PostAsJsonAsync(Search, new { index = "parts", vectorName = "body", vector = "1 2 3", k = 3, filter = "" }, Token);
        Assert.Equal("7", JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("hits")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_slow_search_is_shown_with_its_explain_and_its_filter()
    {
        var index = await silo.Client.CreateAsync("slow", new(2, Metric.Euclidean, 2), cancellationToken: Token);
        await index.InsertAsync(new(1, new[] { 1f, 2f }, Metadata.From(("a", 1))), cancellationToken: Token);
        await index.SearchAsync(new[] { 1f, 2f }, 3, new() { Filter = FilterText.Parse("a = 1") }, Token);
        using var http = silo.Http();

        string text = await RunningSilo.UntilAsync(() => http.GetStringAsync(Status, Token), seen => Slow(seen, "slow").ValueKind == JsonValueKind.Object);
        var shown = Slow(text, "slow");
        Assert.Equal(
            (3, 1, "a = 1", 1L, JsonValueKind.Null),
            (shown.GetProperty("k").GetInt32(), shown.GetProperty("queries").GetInt32(), shown.GetProperty("filter").GetString(), shown.GetProperty("rows").GetInt64(), shown.GetProperty("error").ValueKind));
    }

    [Fact]
    public async Task A_cluster_that_does_not_say_what_is_in_it_is_told_in_one_sentence()
    {
        var report = ActivatorUtilities.CreateInstance<StatusReport>(silo.App.Services, new OverAtOnce());
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };

        await report.AnswerAsync(context);

        context.Response.Body.Position = 0;
        var answer = await JsonDocument.ParseAsync(context.Response.Body, cancellationToken: Token);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.Equal("unavailable: the cluster does not tell its silos and indexes within 5 s", answer.RootElement.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"index":"absent","vector":"1","k":1}""", "absent")]
    [InlineData("""{"index":"absent","vector":"one","k":1}""", "component 0")]
    [InlineData("""{"index":"absent","vector":"1]","k":1}""", "found '1]'")]
    [InlineData("""{"index":"absent","vector":"1 NaN","k":1}""", "component 1")]
    [InlineData("""{"index":"absent","vector":"","k":1}""", "at least 1 component")]
    [InlineData("""{"index":"absent","vector":"1","k":0}""", "k is 1 to 1000")]
    [InlineData("""{"index":"absent","vector":"1","k":1,"filter":"a ="}""", "column")]
    [InlineData("""{"vector":"1","k":1}""", "expected {")]
    [InlineData("[", "expected {")]
    public async Task What_cannot_be_searched_is_told_in_one_sentence(string body, string told)
    {
        using var http = silo.Http();
        using var answer = await http.PostAsync(Search, new StringContent(body, Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(told, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_another_site_and_a_request_past_the_bound_are_refused()
    {
        using var http = silo.Http();
        using var form = await http.PostAsync(Search, new StringContent("""{"index":"a","vector":"1","k":1}""", Encoding.UTF8, "text/plain"), Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        using var large = await http.PostAsync(Search, new StringContent($$"""{"index":"a","k":1,"vector":"{{new string('1', 2 * 1024 * 1024)}}"}""", Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    private static JsonElement Slow(string status, string index) => JsonDocument.Parse(status).RootElement.GetProperty("slow").EnumerateArray()
        .FirstOrDefault(one => one.GetProperty("index").GetString() == index);

    private static long Rows(string status, string index) => JsonDocument.Parse(status).RootElement.GetProperty("indexes").EnumerateArray()
        .Where(one => one.GetProperty("name").GetString() == index).Select(one => one.GetProperty("rows").GetInt64()).SingleOrDefault();

    /// <summary>A clock on which any time is over as soon as it begins.</summary>
    private sealed class OverAtOnce : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
