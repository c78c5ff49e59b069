using IqdbFlat.Client;
using IqdbFlat.VectorData.Tests.Battery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Hosting;

/// <summary>Stores and collections come out of a container, and bad options are told when the host starts.</summary>
public sealed class RegistrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<ServiceLifetime, object?> Registrations => new MatrixTheoryData<ServiceLifetime, object?>(
        [ServiceLifetime.Singleton, ServiceLifetime.Scoped, ServiceLifetime.Transient], [null, "key", 8]);

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task What_is_registered_under_one_key_shares_its_records_whatever_the_lifetime(ServiceLifetime lifetime, object? key)
    {
        var services = new ServiceCollection();
        services.AddKeyedIqdbFlatVectorStore(key, lifetime: lifetime).AddKeyedIqdbFlatCollection<int, Note>(key, "notes", lifetime: lifetime);
        services.AddKeyedIqdbFlatVectorStore("other");
        await using var provider = services.BuildServiceProvider();
        await using var one = provider.CreateAsyncScope();
        await using var two = provider.CreateAsyncScope();

        var notes = Get<VectorStoreCollection<int, Note>>(one.ServiceProvider, key);
        await notes.EnsureCollectionExistsAsync(Cancel);
        await notes.UpsertAsync(new Note { Id = 1 }, Cancel);

        Assert.True(await Get<VectorStore>(two.ServiceProvider, key).CollectionExistsAsync("notes", Cancel));
        Assert.NotNull(await Get<IqdbFlatCollection<int, Note>>(two.ServiceProvider, key).GetAsync(1, cancellationToken: Cancel));
        Assert.NotNull(Get<IKeywordHybridSearchable<Note>>(two.ServiceProvider, key));
        Assert.False(await provider.GetRequiredKeyedService<VectorStore>("other").CollectionExistsAsync("notes", Cancel));
        Assert.Equal(lifetime == ServiceLifetime.Singleton, ReferenceEquals(Get<IqdbFlatVectorStore>(one.ServiceProvider, key), Get<IqdbFlatVectorStore>(two.ServiceProvider, key)));
        Assert.Equal(lifetime != ServiceLifetime.Transient, ReferenceEquals(Get<IVectorSearchable<Note>>(one.ServiceProvider, key), Get<IVectorSearchable<Note>>(one.ServiceProvider, key)));
    }

    [Fact]
    public async Task What_a_collection_says_of_the_store_holds_for_all_of_the_key_and_the_later_one_wins()
    {
        using var first = new IqdbFlatDatabase();
        using var second = new IqdbFlatDatabase();
        var services = new ServiceCollection();
        services.AddIqdbFlatVectorStore(options => options.Database = first);
        services.AddIqdbFlatCollection<int, Note>("notes", configureStore: options => options.Database = second);
        services.AddKeyedIqdbFlatVectorStore("other", options => options.Database = first);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IqdbFlatCollection<int, Note>>().EnsureCollectionExistsAsync(Cancel);

        Assert.Empty(first.CollectionNames);
        Assert.Equal(["notes"], second.CollectionNames);
        Assert.Same(second, provider.GetRequiredService<VectorStore>().GetService(typeof(IqdbFlatDatabase)));
        Assert.Same(first, provider.GetRequiredKeyedService<VectorStore>("other").GetService(typeof(IqdbFlatDatabase)));
    }

    [Fact]
    public async Task Options_come_from_the_configuration()
    {
        var folder = Directory.CreateTempSubdirectory("iqdbflat-registration-");
        try
        {
            var section = Section(("Path", Path.Combine(folder.FullName, "records.db")), ("Threads", "2"));
            await using (var provider = new ServiceCollection().AddIqdbFlatVectorStore(section).BuildServiceProvider())
                await provider.GetRequiredService<VectorStore>().GetCollection<int, Note>("notes").EnsureCollectionExistsAsync(Cancel);

            // The first container has closed the file.
            using var database = IqdbFlatDatabase.Open(Path.Combine(folder.FullName, "records.db"));
            Assert.Equal(["notes"], database.CollectionNames);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("Threads", "0", "Threads is 1 to 1,024, found 0.")]
    [InlineData("Shards", "5000", "Shards is 1 to 4096, found 5000.")]
    [InlineData("Path", " ", "Path is the name of a file")]
    [InlineData("Mode", "Cluster", "needs an IFlatIndexClient")]
    [InlineData("Thread", "3", "'Thread'")]
    public async Task A_bad_option_is_told_when_the_host_starts(string key, string value, string expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIqdbFlatVectorStore(Section((key, value)));
        using var host = builder.Build();

        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(Cancel));

        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.True(error is OptionsValidationException or InvalidOperationException);
    }

    [Fact]
    public void Arguments_are_checked_when_they_are_given()
    {
        var services = new ServiceCollection();

        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddIqdbFlatVectorStore());
        Assert.Throws<ArgumentNullException>(() => ((IServiceCollection)null!).AddKeyedIqdbFlatCollection<int, Note>("key", "name"));
        Assert.Throws<ArgumentNullException>(() => services.AddIqdbFlatCollection<int, Note>(null!));
        Assert.Throws<ArgumentException>(() => services.AddIqdbFlatCollection<int, Note>(""));
        Assert.Throws<ArgumentException>(() => new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Mode = IqdbFlatStoreMode.Cluster }));
        Assert.Throws<ArgumentException>(() => new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Threads = 0 }));
        Assert.Throws<ArgumentNullException>(() => new IqdbFlatVectorStore((IFlatIndexClient)null!));
    }

    private static T Get<T>(IServiceProvider provider, object? key)
        where T : notnull => key is null ? provider.GetRequiredService<T>() : provider.GetRequiredKeyedService<T>(key);

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Store:{value.Key}", (string?)value.Value)))
        .Build()
        .GetSection("Store");
}
