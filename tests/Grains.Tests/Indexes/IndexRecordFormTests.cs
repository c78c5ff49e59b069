using System.Security.Cryptography;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Indexes;

namespace IqdbFlat.Grains.Tests.Indexes;

public sealed class IndexRecordFormTests
{
    private static readonly IndexRecord Record = new(
        IndexState.Renaming,
        new()
        {
            Name = "books",
            Settings = new(768, Metric.Cosine, 8),
            Incarnation = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            Home = "papers",
            Epoch = 7,
            Slots = SlotMap.Even(8),
            Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        },
        123_456,
        "novels");

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        var read = IndexRecordForm.Read(IndexRecordForm.Write(Record), "index");

        Assert.Equal((Record.State, Record.SequenceLease, Record.RenamedTo), (read.State, read.SequenceLease, read.RenamedTo));
        Assert.Equal(Record.Description with { Slots = read.Description.Slots }, read.Description);
        Assert.True(Record.Description.Slots.Bytes.SequenceEqual(read.Description.Slots.Bytes));
    }

    [Fact]
    public void The_bytes_of_version_1_stay_as_they_are() =>
        Assert.Equal(
            "143618c244c2b6f42fd06c63ce1de6a3645680cfb0c8bb25c86c6ccc72f55e98",
            Convert.ToHexStringLower(SHA256.HashData(IndexRecordForm.Write(Record))));

    [Fact]
    public void An_index_whose_rows_have_several_vectors_is_version_2_and_its_bytes_stay_as_they_are()
    {
        var parts = new VectorParts(new("title", 17, Metric.Cosine), new("body", 3, Metric.DotProduct));
        byte[] bytes = IndexRecordForm.Write(Record with { Description = Record.Description with { Settings = new(parts, 8) } });
        Assert.Equal(2, bytes[0]);
        Assert.Equal("e0018ba9f84f99216910347a4078b2c9c4a42dc54671d42a5a40a8deda9d6413", Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(new(parts, 8), IndexRecordForm.Read(bytes, "index").Description.Settings);
    }

    [Fact]
    public void A_record_of_an_index_without_codes_is_version_3_or_4_and_the_same_otherwise()
    {
        var parts = new VectorParts(new("title", 17, Metric.Cosine), new("body", 3, Metric.DotProduct));
        foreach (var settings in new[] { Record.Description.Settings, new(parts, 8) })
        {
            byte[] usual = IndexRecordForm.Write(Record with { Description = Record.Description with { Settings = settings } });
            var without = settings with { WithoutCodes = true };
            byte[] bytes = IndexRecordForm.Write(Record with { Description = Record.Description with { Settings = without } });
            Assert.Equal(settings.Parts is null ? (1, 3) : (2, 4), (usual[0], bytes[0]));
            Assert.Equal(usual[1..^8], bytes[1..^8]);
            Assert.Equal(without, IndexRecordForm.Read(bytes, "index").Description.Settings);
            Assert.Equal(settings, IndexRecordForm.Read(usual, "index").Description.Settings);
        }
    }

    [Fact]
    public void A_flipped_bit_or_a_missing_byte_anywhere_is_corrupt_data()
    {
        byte[] bytes = IndexRecordForm.Write(Record);
        for (int at = 0; at < bytes.Length; at += at < 100 || at > bytes.Length - 20 ? 1 : 97)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;
            Assert.Equal(FlatErrorKind.CorruptData, Assert.Throws<FlatIndexException>(() => IndexRecordForm.Read(damaged, "index")).Kind);
            Assert.Equal(FlatErrorKind.CorruptData, Assert.Throws<FlatIndexException>(() => IndexRecordForm.Read(bytes.AsSpan(0, at), "index")).Kind);
        }
    }
}
