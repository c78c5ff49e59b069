using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace IqdbFlat.Silo.Tests.Storage;

public sealed class SqliteConformanceTests(SiloWithSqlite silos) : RecordStoreConformance, IClassFixture<SiloWithSqlite>
{
    protected override string? Missing => null;

    protected override IRecordStore Open(string owner, int silo = 0) => silos.Open(owner, silo);

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("page_size", "65536")]
    [InlineData("synchronous", "2")]
    public void The_file_is_durable_and_made_for_large_records(string pragma, string expected) => Assert.Equal(expected, Ask($"PRAGMA {pragma};"));

    [Fact]
    public void Preparing_a_file_again_keeps_its_records()
    {
        string before = Ask("SELECT count(*) FROM OrleansStorage;");
        SqliteFile.Prepare(silos.Path);
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

    [Fact]
    public async Task Of_two_connections_that_put_one_record_at_once_exactly_one_inserts_it()
    {
        string sql = Ask("SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'WriteToStorageKey';");
        for (int round = 0; round < 40; round++)
        {
            string name = $"raw{round}";
            using var start = new Barrier(2);
            var writers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () => Put(sql, name, start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            Assert.Equal(1, (await Task.WhenAll(writers)).Count(inserted => inserted));
        }
    }

    private bool Put(string sql, string name, Barrier start)
    {
        using var connection = new SqliteConnection(SqliteFile.ConnectionString(silos.Path));
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The silo's own query.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (parameter, value) in new (string, object)[]
        {
            ("@ServiceId", "raw"), ("@GrainIdExtensionString", DBNull.Value), ("@GrainTypeString", name), ("@GrainIdN0", 1), ("@GrainIdN1", 2),
            ("@GrainStateVersion", DBNull.Value), ("@PayloadBinary", new byte[100_000]),
        })
            command.Parameters.AddWithValue(parameter, value);
        start.SignalAndWait();
        using var reader = command.ExecuteReader();
        return reader.Read();
    }

    private string Ask(string sql)
    {
        using var connection = new SqliteConnection(SqliteFile.ConnectionString(silos.Path));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
