using IqdbFlat.Engine;
using Microsoft.Extensions.Configuration;

namespace IqdbFlat.Silo.Tests.Options;

public sealed class SiloOptionsReaderTests
{
    [Fact]
    public void Nothing_configured_is_the_defaults()
    {
        var options = Read();
        Assert.Equal(("127.0.0.1", 11_111, 30_000, 8_080), (options.Silo.BindAddress, options.Silo.SiloPort, options.Silo.GatewayPort, options.Silo.HttpPort));
        Assert.Equal(StorageProvider.Sqlite, options.Storage.Provider);
        Assert.True(options.Dashboard.Enabled);
    }

    [Fact]
    public void Settings_are_read_by_name_whatever_their_case()
    {
        var options = Read(("IqdbFlat:Silo:SiloPort", "5"), ("IqdbFlat:storage:provider", "memory"), ("IqdbFlat:Silo:ShutdownTimeout", "00:00:05"));
        Assert.Equal(5, options.Silo.SiloPort);
        Assert.Equal(StorageProvider.Memory, options.Storage.Provider);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Silo.ShutdownTimeout);
    }

    [Theory]
    [InlineData("IqdbFlat:Silo:SiloPrt", "1", "there is no setting IqdbFlat:Silo:SiloPrt; IqdbFlat:Silo has ClusterId, ServiceId, Name, BindAddress")]
    [InlineData("IqdbFlat:Storag:Path", "x", "there is no setting IqdbFlat:Storag; IqdbFlat has Silo, Clustering, Storage")]
    [InlineData("IqdbFlat:Silo:SiloPort", "many", "'many' at 'IqdbFlat:Silo:SiloPort'")]
    [InlineData("IqdbFlat:Storage:Provider", "Stone", "'Stone' at 'IqdbFlat:Storage:Provider'")]
    public void A_setting_that_does_not_exist_or_cannot_be_read_is_named(string setting, string value, string told)
    {
        var error = Assert.Throws<FlatIndexException>(() => Read((setting, value)));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_without_a_path_lies_in_a_folder_that_survives() =>
        Assert.EndsWith(Path.Combine("iqdbflat", "iqdbflat.db"), new StorageOptions().ResolvePath(), StringComparison.Ordinal);

    private static IqdbFlatSiloOptions Read(params (string Setting, string Value)[] settings) => SiloOptionsReader.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Setting, (string?)s.Value))).Build());
}
