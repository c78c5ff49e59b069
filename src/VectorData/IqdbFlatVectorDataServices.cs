using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Client;
using IqdbFlat.VectorData.Backends;
using IqdbFlat.VectorData.Embedded;
using IqdbFlat.VectorData.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData;

/// <summary>Puts stores and collections into a service's container.</summary>
/// <remarks>
/// All that is registered under one key, or without one, shares one database or client, whatever its lifetime. Options are checked when the host starts. An embedding generator that no option names is the
/// container's, of the same key first.
/// </remarks>
public static class IqdbFlatVectorDataServices
{
    /// <summary>Registers a store, as <see cref="IqdbFlatVectorStore"/> and as <see cref="VectorStore"/>. With no options: embedded, in memory.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes options.</param>
    /// <param name="lifetime">How long one store is handed out.</param>
    /// <example><code>builder.Services.AddIqdbFlatVectorStore(options => options.Path = "records.db");</code></example>
    public static IServiceCollection AddIqdbFlatVectorStore(
        this IServiceCollection services, Action<IqdbFlatVectorStoreOptions>? configure = null, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        services.AddKeyedIqdbFlatVectorStore(serviceKey: null, configure, lifetime);

    /// <summary>The same, with options out of a section of the configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="section">Mode, Path, Threads and Shards; a key that is none of them is an error that names it.</param>
    /// <param name="lifetime">How long one store is handed out.</param>
    public static IServiceCollection AddIqdbFlatVectorStore(
        this IServiceCollection services, IConfiguration section, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        services.AddKeyedIqdbFlatVectorStore(serviceKey: null, section, lifetime);

    /// <summary>Registers a store under a key; null for none.</summary>
    /// <param name="services">The container.</param>
    /// <param name="serviceKey">The key.</param>
    /// <param name="configure">Changes options.</param>
    /// <param name="lifetime">How long one store is handed out.</param>
    public static IServiceCollection AddKeyedIqdbFlatVectorStore(
        this IServiceCollection services, object? serviceKey, Action<IqdbFlatVectorStoreOptions>? configure = null, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddStoreOptions(serviceKey, options => configure?.Invoke(options));
        services.AddStore(serviceKey, lifetime);
        return services;
    }

    /// <summary>Registers a store under a key, with options out of a section of the configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="serviceKey">The key; null for none.</param>
    /// <param name="section">Mode, Path, Threads and Shards; a key that is none of them is an error that names it.</param>
    /// <param name="lifetime">How long one store is handed out.</param>
    public static IServiceCollection AddKeyedIqdbFlatVectorStore(
        this IServiceCollection services, object? serviceKey, IConfiguration section, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddStoreOptions(serviceKey, options => section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
        services.AddStore(serviceKey, lifetime);
        return services;
    }

    /// <summary>
    /// Registers a collection, as <see cref="IqdbFlatCollection{TKey, TRecord}"/> and as the three abstractions that it has. It is kept where the store without a key is, or
    /// in memory where none is registered.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="name">The collection's name.</param>
    /// <param name="configure">Changes options.</param>
    /// <param name="configureStore">
    /// Changes where it is kept. The options are those of the store without a key: they hold for that store too, where one is registered, and for every other collection; of several calls the later one wins.
    /// </param>
    /// <param name="lifetime">How long one collection is handed out.</param>
    [RequiresDynamicCode("Records are mapped by reflection.")]
    [RequiresUnreferencedCode("Records are mapped by reflection.")]
    public static IServiceCollection AddIqdbFlatCollection<TKey, TRecord>(
        this IServiceCollection services,
        string name,
        Action<IqdbFlatCollectionOptions>? configure = null,
        Action<IqdbFlatVectorStoreOptions>? configureStore = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TKey : notnull
        where TRecord : class => services.AddKeyedIqdbFlatCollection<TKey, TRecord>(serviceKey: null, name, configure, configureStore, lifetime);

    /// <summary>Registers a collection under a key; null for none. It is kept where the store of that key is.</summary>
    /// <param name="services">The container.</param>
    /// <param name="serviceKey">The key.</param>
    /// <param name="name">The collection's name.</param>
    /// <param name="configure">Changes options.</param>
    /// <param name="configureStore">
    /// Changes where it is kept. The options are those of the store of the key: they hold for that store too, where one is registered, and for every other collection of the key; of several calls the later one wins.
    /// </param>
    /// <param name="lifetime">How long one collection is handed out.</param>
    [RequiresDynamicCode("Records are mapped by reflection.")]
    [RequiresUnreferencedCode("Records are mapped by reflection.")]
    public static IServiceCollection AddKeyedIqdbFlatCollection<TKey, TRecord>(
        this IServiceCollection services,
        object? serviceKey,
        string name,
        Action<IqdbFlatCollectionOptions>? configure = null,
        Action<IqdbFlatVectorStoreOptions>? configureStore = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TKey : notnull
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.AddStoreOptions(serviceKey, options => configureStore?.Invoke(options));
        services.Add<IqdbFlatCollection<TKey, TRecord>>(serviceKey, lifetime, provider => CreateCollection<TKey, TRecord>(provider, serviceKey, name, configure));
        services.AddAs<VectorStoreCollection<TKey, TRecord>, IqdbFlatCollection<TKey, TRecord>>(serviceKey, lifetime);
        services.AddAs<IVectorSearchable<TRecord>, IqdbFlatCollection<TKey, TRecord>>(serviceKey, lifetime);
        services.AddAs<IKeywordHybridSearchable<TRecord>, IqdbFlatCollection<TKey, TRecord>>(serviceKey, lifetime);
        return services;
    }

    private static void AddStore(this IServiceCollection services, object? serviceKey, ServiceLifetime lifetime)
    {
        services.Add<IqdbFlatVectorStore>(serviceKey, lifetime, provider => CreateStore(provider, serviceKey));
        services.AddAs<VectorStore, IqdbFlatVectorStore>(serviceKey, lifetime);
    }

    private static void AddStoreOptions(this IServiceCollection services, object? serviceKey, Action<IqdbFlatVectorStoreOptions> configure)
    {
        string name = StoreOptionsName.Of(serviceKey);
        services.AddOptions<IqdbFlatVectorStoreOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IqdbFlatVectorStoreOptions>, StoreOptionsCheck>());
        // Stores and collections come and go with their lifetimes; what they hold stays.
        if (!services.Any(service => service.ServiceType == typeof(SharedDatabase) && Equals(service.ServiceKey, serviceKey)))
            services.Add<SharedDatabase>(serviceKey, ServiceLifetime.Singleton, provider => new SharedDatabase(OptionsOf(provider, serviceKey)));
    }

    private static IqdbFlatVectorStore CreateStore(IServiceProvider provider, object? serviceKey)
    {
        var options = OptionsOf(provider, serviceKey);
        var generator = options.EmbeddingGenerator ?? Generator(provider, serviceKey);
        return options.Mode == IqdbFlatStoreMode.Cluster
            ? new IqdbFlatVectorStore(Client(provider, serviceKey), new IqdbFlatVectorStoreOptions { Mode = options.Mode, Shards = options.Shards, EmbeddingGenerator = generator })
            : new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Database = Shared(provider, serviceKey), Threads = options.Threads, Shards = options.Shards, EmbeddingGenerator = generator });
    }

    private static IqdbFlatCollection<TKey, TRecord> CreateCollection<TKey, TRecord>(
        IServiceProvider provider, object? serviceKey, string name, Action<IqdbFlatCollectionOptions>? configure)
        where TKey : notnull
        where TRecord : class
    {
        var store = OptionsOf(provider, serviceKey);
        var options = new IqdbFlatCollectionOptions();
        configure?.Invoke(options);
        options.EmbeddingGenerator ??= store.EmbeddingGenerator ?? Generator(provider, serviceKey);
        options.Shards ??= store.Shards;
        if (store.Mode == IqdbFlatStoreMode.Cluster)
            return new(new Cluster.ClusterStore(Client(provider, serviceKey)), Cluster.ClusterStore.Name, name, options);
        var database = Shared(provider, serviceKey);
        return new(new EmbeddedStore(database), database.Name, name, options);
    }

    private static void Add<T>(this IServiceCollection services, object? serviceKey, ServiceLifetime lifetime, Func<IServiceProvider, T> create)
        where T : class => services.Add(
            serviceKey is null ? new ServiceDescriptor(typeof(T), create, lifetime) : new ServiceDescriptor(typeof(T), serviceKey, (provider, _) => create(provider), lifetime));

    private static void AddAs<TService, T>(this IServiceCollection services, object? serviceKey, ServiceLifetime lifetime)
        where TService : class
        where T : class, TService => services.Add<TService>(serviceKey, lifetime, provider => Get<T>(provider, serviceKey)!);

    private static T? Get<T>(IServiceProvider provider, object? serviceKey)
        where T : class => serviceKey is null ? provider.GetService<T>() : provider.GetKeyedService<T>(serviceKey);

    private static IqdbFlatVectorStoreOptions OptionsOf(IServiceProvider provider, object? serviceKey) =>
        provider.GetRequiredService<IOptionsMonitor<IqdbFlatVectorStoreOptions>>().Get(StoreOptionsName.Of(serviceKey));

    private static IEmbeddingGenerator? Generator(IServiceProvider provider, object? serviceKey) =>
        Get<IEmbeddingGenerator>(provider, serviceKey) ?? provider.GetService<IEmbeddingGenerator>();

    private static IFlatIndexClient Client(IServiceProvider provider, object? serviceKey) =>
        Get<IFlatIndexClient>(provider, serviceKey) ?? provider.GetRequiredService<IFlatIndexClient>();

    private static IqdbFlatDatabase Shared(IServiceProvider provider, object? serviceKey) => Get<SharedDatabase>(provider, serviceKey)!.Database;
}
