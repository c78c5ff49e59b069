using System.Text;
using IqdbFlat.Silo.Access;
using Microsoft.AspNetCore.Http;

namespace IqdbFlat.Silo.Tests.Access;

public sealed class HttpAccessTests
{
    private const string Key = "0123456789abcdef:with-colon";

    [Theory]
    [InlineData("Authorization", "Bearer " + Key, 200)]
    [InlineData("Authorization", "bearer " + Key, 200)]
    [InlineData("X-Api-Key", Key, 200)]
    [InlineData("X-Api-Key", "wrong", 401)]
    [InlineData("X-Api-Key", "", 401)]
    [InlineData("X-Api-Key", Key + "x", 401)]
    [InlineData("Authorization", "Bearer", 401)]
    [InlineData("Authorization", "Digest " + Key, 401)]
    [InlineData("Authorization", Key, 401)]
    [InlineData("Authorization", "Basic not base64", 401)]
    [InlineData("Authorization", "Basic", 401)]
    [InlineData("Cookie", "key=" + Key, 401)]
    public async Task A_request_needs_the_key_in_a_header(string header, string value, int status) =>
        Assert.Equal(status, await Status(Key, context => context.Request.Headers[header] = value));

    [Theory]
    [InlineData("anyone:" + Key, 200)]
    [InlineData(":" + Key, 200)]
    [InlineData(Key, 401)]
    [InlineData("anyone", 401)]
    [InlineData("anyone:wrong", 401)]
    public async Task A_browser_sends_the_key_as_a_password(string credentials, int status) => Assert.Equal(status, await Status(
        Key, context => context.Request.Headers.Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))));

    [Fact]
    public async Task A_key_in_the_address_does_not_count() =>
        Assert.Equal(401, await Status(Key, context => context.Request.QueryString = new QueryString("?key=" + Key)));

    [Fact]
    public async Task Two_keys_are_none() =>
        Assert.Equal(401, await Status(Key, context => context.Request.Headers["X-Api-Key"] = new([Key, Key])));

    [Fact]
    public async Task A_refusal_tells_browsers_to_ask()
    {
        var context = Context();
        await new HttpAccess(_ => Task.CompletedTask, new AccessKey(Key)).InvokeAsync(context);
        Assert.Contains(context.Response.Headers.WWWAuthenticate, way => way!.StartsWith("Basic ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/healthy", 401)]
    [InlineData("/", 401)]
    [InlineData("/dashboard/", 401)]
    public async Task Only_health_needs_no_key(string path, int status) => Assert.Equal(status, await Status(Key, context => context.Request.Path = path));

    [Theory]
    [InlineData("localhost:8080", 200)]
    [InlineData("LOCALHOST", 200)]
    [InlineData("127.0.0.1:1", 200)]
    [InlineData("[::1]:8080", 200)]
    [InlineData("evil.example:8080", 400)]
    [InlineData("localhost.evil.example", 400)]
    [InlineData("", 400)]
    public async Task Without_a_key_a_request_must_name_this_machine(string host, int status) =>
        Assert.Equal(status, await Status(null, context => context.Request.Host = new HostString(host)));

    private static async Task<int> Status(string? key, Action<HttpContext> change)
    {
        var context = Context();
        change(context);
        bool passed = false;
        await new HttpAccess(Pass, key is null ? null : new AccessKey(key)).InvokeAsync(context);
        Assert.Equal(context.Response.StatusCode == 200, passed);
        return context.Response.StatusCode;

        Task Pass(HttpContext _)
        {
            passed = true;
            return Task.CompletedTask;
        }
    }

    private static DefaultHttpContext Context() => new() { Request = { Path = "/dashboard", Host = new("localhost") } };
}
