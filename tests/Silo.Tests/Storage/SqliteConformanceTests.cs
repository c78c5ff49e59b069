using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class SqliteConformanceTests(SiloWithSqlite silo) : RecordStoreConformance, IClassFixture<SiloWithSqlite>
{
    protected override IRecordStore Open(string owner) => silo.Open(owner);

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("page_size", "65536")]
    [InlineData("synchronous", "2")]
    public void The_file_is_durable_and_made_for_large_records(string pragma, string expected) => Assert.Equal(expected, Ask($"PRAGMA {pragma};"));

    [Fact]
    public void Preparing_a_file_again_keeps_its_records()
    {
        string before = Ask("SELECT count(*) FROM OrleansStorage;");
        SqliteFile.Prepare(silo.Path);
        Assert.Equal(before, Ask("SELECT count(*) FROM OrleansStorage;"));
        Assert.Equal("4", Ask("SELECT count(*) FROM OrleansQuery;"));
    }

    [Fact]
    public async Task A_deleted_record_leaves_no_row()
    {
        var store = Open("t/row");
        await store.PutIfAbsentAsync("a", new byte[] { 1 });
        await store.DeleteAsync("a");
        Assert.Equal("0", Ask("SELECT count(*) FROM OrleansStorage WHERE GrainIdExtensionString = 't/row';"));
    }

    private string Ask(string sql)
    {
        using var connection = new SqliteConnection(SqliteFile.ConnectionString(silo.Path));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
