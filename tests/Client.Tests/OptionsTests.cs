using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace IqdbFlat.Client.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_are_accepted() => Assert.True(Check(_ => { }).Succeeded);

    [Fact]
    public void A_setting_out_of_range_is_told_with_what_is_accepted_and_found()
    {
        Assert.Contains("BatchRows is 1 to 100000, found 0.", Check(o => o.BatchRows = 0).Failures!);
        Assert.Contains("BatchBytes is 524288 to 67108864, found 1.", Check(o => o.BatchBytes = 1).Failures!);
        Assert.Contains("CoordinatorKeys is 1 to 1024, found 1025.", Check(o => o.CoordinatorKeys = 1_025).Failures!);
        Assert.Contains("Deadline is above 0 and at most 00:09:00, found 00:00:00.", Check(o => o.Deadline = TimeSpan.Zero).Failures!);
    }

    [Fact]
    public async Task A_host_with_a_bad_setting_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIqdbFlatClient(options => options.CoordinatorKeys = 0);
        using var host = builder.Build();
        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    private static ValidateOptionsResult Check(Action<IqdbFlatClientOptions> change)
    {
        var options = new IqdbFlatClientOptions();
        change(options);
        return new IqdbFlatClientOptionsCheck().Validate(null, options);
    }
}
