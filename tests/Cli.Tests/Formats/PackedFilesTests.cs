using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

/// <summary>Files that come compressed, or through a pipe.</summary>
public class PackedFilesTests
{
    [Theory]
    [InlineData(".fvecs")]
    [InlineData(".npy")]
    [InlineData(".fbin")]
    [InlineData(".jsonl")]
    [InlineData(".csv")]
    public void Gzip_is_undone_and_its_damage_told(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        var random = new Random(7);
        Row[] rows = [.. Enumerable.Range(0, 500).Select(i => new Row((ulong)i, Enumerable.Range(0, 8).Select(_ => random.NextSingle()).ToArray()))];
        SampleRows.Write(path, rows);
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(File.ReadAllBytes(path));
        File.WriteAllBytes(path + ".gz", packed.ToArray());
        using (var reader = RowFiles.Open(path + ".gz"))
            Assert.Equal(rows.Select(row => SampleRows.Bits(row.Vector)), reader.ToRows().Select(row => SampleRows.Bits(row.Vector)));

        // Cut short where rows are whole too: the end of the gzip stream itself is missing.
        foreach (int cut in new[] { 1, 8, 9, (int)packed.Length / 2 })
        {
            var error = Assert.Throws<FlatIndexException>(() =>
            {
                using var reader = RowFiles.Open(new MemoryStream(packed.ToArray()[..^cut]), "rows" + extension + ".gz");
                return reader.ToRows().Count();
            });
            Assert.StartsWith("rows", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(".parquet")]
    [InlineData(".hdf5")]
    public void A_form_that_is_read_from_its_middle_is_not_unpacked_on_the_way(string extension)
    {
        using var folder = new TemporaryFolder();
        SampleRows.Write(folder.File("rows" + extension), SampleRows.Three);
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(File.ReadAllBytes(folder.File("rows" + extension)));
        var error = Assert.Throws<FlatIndexException>(() => RowFiles.Open(new MemoryStream(packed.ToArray()), "rows" + extension + ".gz"));
        Assert.Contains("neither compressed nor a pipe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_read_in_the_form_that_its_content_or_its_caller_tells()
    {
        using var folder = new TemporaryFolder();
        SampleRows.Write(folder.File("a.fvecs"), SampleRows.Three);
        SampleRows.Write(folder.File("a.npy"), SampleRows.Three);
        using (var told = RowFiles.Open(Pipe("a.fvecs"), "standard input", "fvecs"))
            Assert.Equal(SampleRows.Three.Select(row => SampleRows.Bits(row.Vector)), told.ToRows().Select(row => SampleRows.Bits(row.Vector)));
        using (var seen = RowFiles.Open(Pipe("a.npy"), "standard input"))
            Assert.Equal(3, seen.ToRows().Count());
        Assert.Contains("by --format", Assert.Throws<FlatIndexException>(() => RowFiles.Open(Pipe("a.fvecs"), "standard input")).Message, StringComparison.Ordinal);
        Assert.Contains("found 'tsv'", Assert.Throws<FlatIndexException>(() => RowFiles.Open(Pipe("a.fvecs"), "standard input", "tsv")).Message, StringComparison.Ordinal);
        Assert.Contains("--format says fvecs", Assert.Throws<FlatIndexException>(() => RowFiles.Open(Pipe("a.npy"), "standard input", "fvecs")).Message, StringComparison.Ordinal);

        // Without seeking, as standard input is.
        Stream Pipe(string name) => PeekedStream.Peek(new System.IO.Compression.BrotliStream(Packed(name), System.IO.Compression.CompressionMode.Decompress)).Whole;

        MemoryStream Packed(string name)
        {
            var packed = new MemoryStream();
            using (var brotli = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
                brotli.Write(File.ReadAllBytes(folder.File(name)));
            packed.Position = 0;
            return packed;
        }
    }
}
