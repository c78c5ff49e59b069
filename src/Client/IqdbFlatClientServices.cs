using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Client.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Serialization;

namespace IqdbFlat.Client;

/// <summary>Puts the client into a service's container.</summary>
public static class IqdbFlatClientServices
{
    /// <summary>
    /// Registers <see cref="IFlatIndexClient"/> on top of the container's <see cref="IClusterClient"/>: the one of <c>UseOrleansClient</c> in a process outside the cluster, or the
    /// silo's own in a co-hosted one.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes settings; they are checked when the host starts.</param>
    /// <example>
    /// <code>
    /// var builder = Host.CreateApplicationBuilder(args);
    /// builder.UseOrleansClient(client => client.UseLocalhostClustering());
    /// builder.Services.AddIqdbFlatClient(options => options.Deadline = TimeSpan.FromSeconds(5));
    /// </code>
    /// </example>
    public static IServiceCollection AddIqdbFlatClient(this IServiceCollection services, Action<IqdbFlatClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<IqdbFlatClientOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IqdbFlatClientOptions>, IqdbFlatClientOptionsCheck>());
        services.TryAddSingleton(TimeProvider.System);
        // Named here because the wire types are found by the entry assembly's references, which a plug-in or test runner does not have.
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(ICoordinatorGrain).Assembly));
        // A call that was given up must not leave its scan running.
        services.Configure<ClientMessagingOptions>(messaging => messaging.CancelRequestOnTimeout = true);
        services.AddOptions<ClientConnectionOptions>().Configure<IOptions<IqdbFlatClientOptions>>((connections, settings) => Guard(connections, settings.Value));
        services.TryAddSingleton<IFlatIndexClient>(Create);
        return services;
    }

    private static void Guard(ClientConnectionOptions connections, IqdbFlatClientOptions options)
    {
        var identity = options.Tls.Certificate.Length > 0 ? Identity.Read(options.Tls, nameof(options.Tls), isSilo: false) : null;
        var key = options.GatewayKey.Length > 0 ? new KeyProof(options.GatewayKey) : null;
        connections.ConfigureConnection(connection => connection.Enter(identity, key));
    }

    private static FlatIndexClient Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<IqdbFlatClientOptions>>().Value;
        return new(new ClusterGrains(services.GetRequiredService<IClusterClient>(), options.CoordinatorKeys), options, services.GetRequiredService<TimeProvider>());
    }
}
