using CsCheck;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class RowFilesTests
{
    private static readonly Gen<float> Component = Gen.Single.Where(float.IsFinite);

    private static readonly Gen<MetadataValue> Scalar = Gen.OneOf(
        Gen.String.Where(IsUnicode).Select(text => MetadataValue.FromString(text)),
        Gen.Long.Select(MetadataValue.FromInt),
        Gen.Double.Select(MetadataValue.FromFloat),
        Gen.ULong.Select(bits => MetadataValue.FromFloat(BitConverter.UInt64BitsToDouble(bits))),
        Gen.OneOf(new[] { double.NaN, -0.0, 0.0, 1.0, 1e20, double.MaxValue, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity }.Select(Gen.Const).ToArray())
            .Select(MetadataValue.FromFloat),
        Gen.Bool.Select(MetadataValue.FromBool),
        Gen.Select(Gen.Long[DateTime.UnixEpoch.Ticks, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[-840, 840])
            .Select((ticks, minutes) => MetadataValue.FromInstant(new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(minutes)))),
        Gen.Const(MetadataValue.Null));

    private static readonly Gen<MetadataValue> Value = Gen.OneOf(Scalar, Scalar.Array[0, 5].Select(values =>
        MetadataValue.FromArray([.. values.Where(value => value.Kind == values[0].Kind || value.Kind == MetadataKind.Null)])));

    private static readonly Gen<Metadata> SomeMetadata =
        Gen.Dictionary(Gen.String[0, 5].Where(IsUnicode), Value)[0, 4].Select(fields => Metadata.From(fields));

    private static readonly Gen<RowId> Id = Gen.OneOf(
        Gen.ULong.Select(RowId.FromUInt64),
        Gen.Byte.Array[1, 20].Select(bytes => RowId.FromBytes(bytes)));

    private static readonly Gen<Row[]> SomeRows = Gen.Int[1, 20].SelectMany(dimension =>
        Gen.Select(Id, Component.Array[dimension], SomeMetadata, (id, vector, metadata) => new Row(id, vector, metadata)).Array[1, 8]);

    public static TheoryData<string> Extensions => [".fvecs", ".npy", ".fbin", ".jsonl", ".csv", ".parquet", ".hdf5"];

    public static TheoryData<string> ExtensionsOfWholeNumbers => [".ivecs", ".bvecs", ".ibin", ".u8bin", ".i8bin"];

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Vectors_come_back_with_their_bits(string extension) => SomeRows.Sample(
        rows =>
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("rows" + extension);
            SampleRows.Write(path, rows);
            using var reader = RowFiles.Open(path);
            Assert.Equal(rows[0].Vector.Length, reader.Dimension);
            Assert.Equal(rows.Select(row => SampleRows.Bits(row.Vector)), reader.ToRows().Select(row => SampleRows.Bits(row.Vector)));
            Assert.Equal(rows.Length, reader.RowsRead);
        },
        iter: 100);

    [Theory]
    [InlineData(".jsonl")]
    [InlineData(".csv")]
    [InlineData(".parquet")]
    public void Ids_and_metadata_are_kept_to_the_bit(string extension) => SomeRows.Sample(
        rows =>
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("rows" + extension);
            SampleRows.Write(path, rows);
            using var reader = RowFiles.Open(path);
            var found = reader.ToRows().ToArray();
            Assert.Equal(rows.Select(row => row.Id), found.Select(row => row.Id));
            Assert.Equal(rows.Select(row => row.Metadata), found.Select(row => row.Metadata));
        },
        iter: 150);

    [Theory]
    [InlineData(".fvecs")]
    [InlineData(".npy")]
    [InlineData(".fbin")]
    [InlineData(".hdf5")]
    public void Rows_without_ids_get_their_number(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        SampleRows.Write(path, SampleRows.Three);
        using var reader = RowFiles.Open(path);
        Assert.Equal(3, reader.RowCount);
        Assert.Equal([0ul, 1, 2], reader.ToRows().Select(row => row.Id.Number));
    }

    [Theory]
    [MemberData(nameof(ExtensionsOfWholeNumbers))]
    public void Whole_numbers_come_back_and_others_are_told(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        float[][] vectors = [[0, 127, 1], [3, 5, 100]];
        SampleRows.Write(path, [.. vectors.Select((vector, i) => new Row((ulong)i, vector))]);
        using (var reader = RowFiles.Open(path))
        {
            Assert.Equal(2, reader.RowCount);
            Assert.Equal(vectors, reader.ToRows().Select(row => row.Vector.ToArray()));
        }

        foreach (float bad in new[] { 0.5f, -0f, 3e9f, -3e9f, extension is ".i8bin" ? 128 : -129e20f })
        {
            using var writer = RowFiles.Create(path, 2);
            writer.Write(new Row(0ul, new float[] { 1, 2 }));
            var error = Assert.Throws<FlatIndexException>(() => writer.Write(new Row(1ul, new[] { 7, bad })));
            Assert.Contains("row 1 (counted from 0): component 1 is", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Skipping_goes_on_at_the_right_row(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        SampleRows.Write(path, SampleRows.Three);
        for (int skip = 0; skip <= 4; skip++)
        {
            using var reader = RowFiles.Open(path);
            Assert.Equal(Math.Min(skip, 3), reader.Skip(skip));
            Assert.Equal(SampleRows.Three.Skip(skip).Select(row => SampleRows.Bits(row.Vector)), reader.ToRows().Select(row => SampleRows.Bits(row.Vector)));
        }
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void A_file_cut_at_any_byte_gives_whole_rows_and_then_an_error_or_the_end(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        SampleRows.Write(path, SampleRows.Three);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var rows = new List<string>();
            FlatIndexException? error = null;
            try
            {
                using var reader = RowFiles.Open(path);
                foreach (var row in reader.ToRows())
                    rows.Add(SampleRows.Bits(row.Vector));
            }
            catch (FlatIndexException exception)
            {
                error = exception;
            }

            Assert.Equal(SampleRows.Three.Take(rows.Count).Select(row => SampleRows.Bits(row.Vector)), rows);
            if (error is not null)
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.True(error is not null || IsWholeRows(extension, length, whole), $"{length} of {whole.Length} bytes gave {rows.Count} rows without a word");
        }
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void An_export_that_is_not_completed_leaves_nothing(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        File.WriteAllText(path, "before");
        using (var writer = RowFiles.Create(path, 2))
            writer.Write(SampleRows.Three[0]);
        Assert.Equal(["rows" + extension], folder.Names());
        Assert.Equal("before", File.ReadAllText(path));
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void A_row_of_another_dimension_is_not_written(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        using (var writer = RowFiles.Create(path, 2))
        {
            writer.Write(SampleRows.Three[0]);
            var error = Assert.Throws<FlatIndexException>(() => writer.Write(new Row(7ul, new float[3])));
            Assert.Equal((FlatErrorKind.DimensionMismatch, 2, 3), (error.Kind, error.Error.Expected, error.Error.Found));
            writer.Complete();
        }

        using var reader = RowFiles.Open(path);
        Assert.Single(reader.ToRows());
    }

    [Theory]
    [InlineData("rows.npy", "{\"id\":1,\"vector\":[1]}", "the name says npy, the content is jsonl")]
    [InlineData("rows.fvecs", "{\"id\":1,\"vector\":[1]}", "the name says fvecs, the content is jsonl")]
    [InlineData("rows.txt", "hello", "found none of these")]
    [InlineData("rows.jsonl", "\u001f\u008b", "cannot be unpacked by gzip")]
    public void A_name_that_contradicts_the_content_is_told(string name, string content, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(name), content, System.Text.Encoding.Latin1);
        var error = Assert.Throws<FlatIndexException>(() => RowFiles.Open(folder.File(name)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_tells_the_format_where_the_name_does_not()
    {
        using var folder = new TemporaryFolder();
        SampleRows.Write(folder.File("a.npy"), SampleRows.Three);
        File.Copy(folder.File("a.npy"), folder.File("a.data"));
        using (var npy = RowFiles.Open(folder.File("a.data")))
            Assert.Equal(3, npy.RowCount);
        File.WriteAllText(folder.File("b"), " {\"id\":1,\"vector\":[1]}");
        using var jsonl = RowFiles.Open(folder.File("b"));
        Assert.Equal(1, jsonl.Dimension);
    }

    [Fact]
    public void An_array_of_an_HDF5_file_is_named_behind_the_file()
    {
        using var folder = new TemporaryFolder();
        var file = new PureHDF.H5File { ["train"] = new float[,] { { 1, 2 }, { 3, 4 } }, ["test"] = new double[,] { { 5, 6 } }, ["neighbors"] = new int[,] { { 0 } } };
        file.Write(folder.File("a.hdf5"));
        Assert.Equal([[1f, 2], [3, 4]], Vectors("a.hdf5"));
        Assert.Equal([[5f, 6]], Vectors("a.hdf5#test"));
        Assert.Equal([[0f]], Vectors("a.hdf5#neighbors"));
        Assert.Contains("found train, test, neighbors", Assert.Throws<FlatIndexException>(() => Vectors("a.hdf5#queries")).Message, StringComparison.Ordinal);

        float[][] Vectors(string name)
        {
            using var reader = RowFiles.Open(folder.File(name));
            return [.. reader.ToRows().Select(row => row.Vector.ToArray())];
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<FlatIndexException>(() => RowFiles.Open(folder.File("none.npy")));
        Assert.Contains("cannot be read", error.Message, StringComparison.Ordinal);
        Assert.Throws<FlatIndexException>(() => RowFiles.Create(folder.File("no/such/folder.npy"), 2));
        Assert.Throws<FlatIndexException>(() => RowFiles.Create(folder.File("rows.txt"), 2));
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Random_damage_gives_rows_or_one_sentence(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        SampleRows.Write(path, SampleRows.Three);
        byte[] whole = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(Check, iter: extension is ".parquet" or ".hdf5" ? 1_000 : 5_000);

        void Check((int Place, byte Value)[] changes)
        {
            byte[] damaged = [.. whole];
            foreach (var (place, value) in changes)
                damaged[place] = value;
            try
            {
                using var reader = RowFiles.Open(new MemoryStream(damaged), "x", extension[1..]);
                Assert.All(reader.ToRows(), row => Assert.Equal(reader.Dimension, row.Vector.Length));
            }
            catch (FlatIndexException error)
            {
                Assert.StartsWith("x", error.Message, StringComparison.Ordinal);
            }
        }
    }

    private static bool IsUnicode(string text) =>
        string.Equals(text, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    /// <summary>Where a cut cannot be told: between records, and before the line feed of a line.</summary>
    private static bool IsWholeRows(string extension, int length, byte[] whole) => extension switch
    {
        ".fvecs" => length % 12 == 0,
        // The last four bytes check the names of the arrays; the library does not look at them.
        ".hdf5" => length >= whole.Length - 4,
        ".csv" => !whole.AsSpan(0, length).Contains((byte)'\n') || whole[length - 1] is (byte)'\n' or (byte)'"' or (byte)',' || whole[length] is (byte)'\n' or (byte)'\r',
        ".jsonl" => length == 0 || whole[length - 1] == '\n' || whole[length] == '\n',
        _ => false,
    };
}
