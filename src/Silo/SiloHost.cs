using System.Net;
using IqdbFlat.Client;
using IqdbFlat.Silo.Access;
using IqdbFlat.Silo.Health;
using IqdbFlat.Silo.Hosting;
using IqdbFlat.Silo.Page;
using IqdbFlat.Silo.Telemetry;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting.Server;
using Orleans.Dashboard;
using Orleans.Runtime;

namespace IqdbFlat.Silo;

/// <summary>Makes a silo: grains, store, client, dashboard and health in one web application, ready to be started.</summary>
/// <remarks>
/// The application's services hold an <see cref="Client.IFlatIndexClient"/> on the silo itself, and <see cref="SiloAddresses"/>. Nothing is written to standard output.
/// </remarks>
/// <example>
/// <code>
/// await using var silo = SiloHost.Create(new IqdbFlatSiloOptions { Storage = { Provider = StorageProvider.Memory }, Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 } });
/// await silo.StartAsync();
/// var client = silo.Services.GetRequiredService&lt;IFlatIndexClient&gt;();
/// </code>
/// </example>
public static class SiloHost
{
    private const string DashboardPath = "/dashboard";
    private const long MaxRequestBytes = 1024 * 1024;

    private static WebApplicationOptions Nothing => new() { ContentRootPath = AppContext.BaseDirectory };

    /// <summary>A silo configured by appsettings.json beside the program and in the current folder, then environment, then command line; logs go to standard error.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a setting that no silo accepts, in one sentence.</exception>
    public static WebApplication Create(string[] args) => Create(args, _ => { });

    /// <summary>The settings alone, by the same sources.</summary>
    internal static IqdbFlatSiloOptions ReadOptions(string[] args)
    {
        using var configuration = new ConfigurationManager();
        SiloConfiguration.Compose(configuration, args);
        return SiloOptionsReader.Read(configuration);
    }

    /// <summary>The same, with services that take the place of the silo's own: for programs of the tests.</summary>
    internal static WebApplication Create(string[] args, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateEmptyBuilder(Nothing);
        SiloConfiguration.Compose(builder.Configuration, args);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services(builder.Services);
        return Build(builder, SiloOptionsReader.Read(builder.Configuration));
    }

    /// <summary>A silo configured by code alone, for a process that does something else with it: no file, no variable, and no log unless asked for.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="logging">Adds log providers; null for none.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a setting that no silo accepts, in one sentence.</exception>
    public static WebApplication Create(IqdbFlatSiloOptions options, Action<ILoggingBuilder>? logging = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateEmptyBuilder(Nothing);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        logging?.Invoke(builder.Logging);
        return Build(builder, options);
    }

    /// <summary>The same without logs, and with services that come before the silo's own.</summary>
    internal static WebApplication CreateWith(IqdbFlatSiloOptions options, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateEmptyBuilder(Nothing);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        services(builder.Services);
        return Build(builder, options);
    }

    private static WebApplication Build(WebApplicationBuilder builder, IqdbFlatSiloOptions options)
    {
        SiloOptionsCheck.Check(options);
        if (options.Storage.Provider == StorageProvider.Sqlite)
            StoreFile.Check(options.Storage.ResolvePath());
        var bind = IPAddress.Parse(options.Silo.BindAddress);
        int[] ports = FreePorts.Settle(bind, options.Silo.SiloPort, options.Silo.GatewayPort, options.Silo.HttpPort);
        var advertised = options.Silo.AdvertisedAddress.Length > 0 ? IPAddress.Parse(options.Silo.AdvertisedAddress) : bind;
        var (silo, gateway) = (new IPEndPoint(advertised, ports[0]), new IPEndPoint(advertised, ports[1]));

        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Silo.ShutdownTimeout);
        builder.Services.AddSingleton(services => new SiloAddresses(silo, gateway, services.GetRequiredService<IServer>()));
        builder.Host.UseOrleans(orleans => SiloSetup.Configure(orleans, options, silo, gateway));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            // Not the settled port where any will do: the server takes a free one itself, and nobody can take it in between.
            kestrel.Listen(bind, options.Silo.HttpPort);
        });
        builder.Services.AddSingleton<StorageHealth>();
        builder.Services.AddSingleton<StatusReport>();
        builder.Services.AddSingleton(services => new LiveRates(services.GetRequiredService<ILocalSiloDetails>().Name, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddHealthChecks().AddCheck<MembershipHealth>("membership").AddCheck<StorageHealth>("store");
        TelemetrySetup.Configure(builder.Services, options.Telemetry, options.Silo.Name.Length > 0 ? options.Silo.Name : silo.ToString());
        return Map(builder.Build(), options);
    }

    private static WebApplication Map(WebApplication app, IqdbFlatSiloOptions options)
    {
        var dashboard = options.Dashboard;
        var key = dashboard.Key.Length > 0 ? new AccessKey(dashboard.Key) : null;
        app.Use(next => new HttpAccess(next, key).InvokeAsync);
        app.UseRouting();
        app.MapHealthChecks(HealthPaths.Live, new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks(HealthPaths.Ready);
        if (options.Telemetry.Prometheus)
            app.MapPrometheusScrapingEndpoint(TelemetrySetup.MetricsPath);
        if (dashboard.Enabled)
        {
            app.MapOrleansDashboard(DashboardPath);
            // Listens from the start, not from the first look on.
            app.Services.GetRequiredService<LiveRates>();
            PageFiles.Map(app);
            app.MapGet("/api/status", (HttpContext context, StatusReport report) => report.AnswerAsync(context));
            app.MapPost("/api/search", (HttpContext context, IFlatIndexClient client) => SearchBox.AnswerAsync(context, client));
        }

        return app;
    }
}
