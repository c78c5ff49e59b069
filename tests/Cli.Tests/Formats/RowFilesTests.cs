using CsCheck;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class RowFilesTests
{
    private static readonly Gen<float> Component = Gen.Single.Where(float.IsFinite);

    private static readonly Gen<MetadataValue> Value = Gen.OneOf(
        Gen.String.Where(IsUnicode).Select(text => MetadataValue.FromString(text)),
        Gen.Long.Select(MetadataValue.FromInt),
        Gen.Double.Select(MetadataValue.FromFloat),
        Gen.ULong.Select(bits => MetadataValue.FromFloat(BitConverter.UInt64BitsToDouble(bits))),
        Gen.OneOf(new[] { double.NaN, -0.0, 0.0, 1.0, 1e20, double.MaxValue, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity }.Select(Gen.Const).ToArray())
            .Select(MetadataValue.FromFloat),
        Gen.Bool.Select(MetadataValue.FromBool),
        Gen.Const(MetadataValue.Null));

    private static readonly Gen<Metadata> SomeMetadata =
        Gen.Dictionary(Gen.String[0, 5].Where(IsUnicode), Value)[0, 4].Select(fields => Metadata.From(fields));

    private static readonly Gen<RowId> Id = Gen.OneOf(
        Gen.ULong.Select(RowId.FromUInt64),
        Gen.Byte.Array[1, 20].Select(bytes => RowId.FromBytes(bytes)));

    private static readonly Gen<Row[]> SomeRows = Gen.Int[1, 20].SelectMany(dimension =>
        Gen.Select(Id, Component.Array[dimension], SomeMetadata, (id, vector, metadata) => new Row(id, vector, metadata)).Array[1, 8]);

    public static TheoryData<string> Extensions => [".fvecs", ".npy", ".jsonl"];

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Vectors_come_back_with_their_bits(string extension) => SomeRows.Sample(
        rows =>
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("rows" + extension);
            WriteRows(path, rows);
            using var reader = RowFiles.Open(path);
            Assert.Equal(rows[0].Vector.Length, reader.Dimension);
            Assert.Equal(rows.Select(row => Bits(row.Vector)), reader.ToRows().Select(row => Bits(row.Vector)));
            Assert.Equal(rows.Length, reader.RowsRead);
        },
        iter: 100);

    [Fact]
    public void Jsonl_keeps_ids_and_metadata_to_the_bit() => SomeRows.Sample(
        rows =>
        {
            using var folder = new TemporaryFolder();
            string path = folder.File("rows.jsonl");
            WriteRows(path, rows);
            using var reader = RowFiles.Open(path);
            var found = reader.ToRows().ToArray();
            Assert.Equal(rows.Select(row => row.Id), found.Select(row => row.Id));
            Assert.Equal(rows.Select(row => row.Metadata), found.Select(row => row.Metadata));
        },
        iter: 300);

    [Theory]
    [InlineData(".fvecs")]
    [InlineData(".npy")]
    public void Rows_without_ids_get_their_number(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        WriteRows(path, ThreeRows);
        using var reader = RowFiles.Open(path);
        Assert.Equal(3, reader.RowCount);
        Assert.Equal([0ul, 1, 2], reader.ToRows().Select(row => row.Id.Number));
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void Skipping_goes_on_at_the_right_row(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        WriteRows(path, ThreeRows);
        for (int skip = 0; skip <= 4; skip++)
        {
            using var reader = RowFiles.Open(path);
            Assert.Equal(Math.Min(skip, 3), reader.Skip(skip));
            Assert.Equal(ThreeRows.Skip(skip).Select(row => Bits(row.Vector)), reader.ToRows().Select(row => Bits(row.Vector)));
        }
    }

    [Theory]
    [MemberData(nameof(Extensions))]
    public void A_file_cut_at_any_byte_gives_whole_rows_and_then_an_error_or_the_end(string extension)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("rows" + extension);
        WriteRows(path, ThreeRows);
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
                    rows.Add(Bits(row.Vector));
            }
            catch (FlatIndexException exception)
            {
                error = exception;
            }

            Assert.Equal(ThreeRows.Take(rows.Count).Select(row => Bits(row.Vector)), rows);
            if (error is not null)
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.True(error is not null || IsWholeRows(extension, length, whole), $"{length} bytes were read without a word");
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
            writer.Write(ThreeRows[0]);
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
            writer.Write(ThreeRows[0]);
            var error = Assert.Throws<FlatIndexException>(() => writer.Write(new Row(7ul, new float[3])));
            Assert.Equal((FlatErrorKind.DimensionMismatch, 2, 3), (error.Kind, error.Error.Expected, error.Error.Found));
            writer.Complete();
        }

        using var reader = RowFiles.Open(path);
        Assert.Single(reader.ToRows());
    }

    [Theory]
    [InlineData("rows.npy", "{\"id\":1,\"vector\":[1]}", "the name says Npy, the content is Jsonl")]
    [InlineData("rows.fvecs", "{\"id\":1,\"vector\":[1]}", "the name says Fvecs, the content is Jsonl")]
    [InlineData("rows.txt", "hello", "found neither such a name nor such content")]
    [InlineData("rows.jsonl", "\u001f\u008b", "compressed by gzip")]
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
        WriteRows(folder.File("a.npy"), ThreeRows);
        File.Copy(folder.File("a.npy"), folder.File("a.data"));
        Assert.Equal(RowFileFormat.Npy, RowFiles.Recognise(folder.File("a.data")));
        File.WriteAllText(folder.File("b"), " {\"id\":1,\"vector\":[1]}");
        Assert.Equal(RowFileFormat.Jsonl, RowFiles.Recognise(folder.File("b")));
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
        WriteRows(path, ThreeRows);
        byte[] whole = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                byte[] damaged = [.. whole];
                foreach (var (place, value) in changes)
                    damaged[place] = value;
                try
                {
                    using RowReader reader = extension switch
                    {
                        ".fvecs" => new FvecsRowReader(new MemoryStream(damaged), "x"),
                        ".npy" => new NpyRowReader(new MemoryStream(damaged), "x"),
                        _ => new JsonlRowReader(new MemoryStream(damaged), "x"),
                    };
                    Assert.All(reader.ToRows(), row => Assert.Equal(reader.Dimension, row.Vector.Length));
                }
                catch (FlatIndexException error)
                {
                    Assert.StartsWith("x", error.Message, StringComparison.Ordinal);
                }
            },
            iter: 5_000);
    }

    private static Row[] ThreeRows { get; } =
    [
        new(5ul, new[] { 1f, -2.5f }, Metadata.From(("year", 2024), ("title", "Ein \"Titel\" \u20ac\n"))),
        new(RowId.FromBytes([0, 255]), new[] { -0f, float.Epsilon }, Metadata.Empty),
        new(ulong.MaxValue, new[] { 3e38f, 0.1f }, null),
    ];

    private static void WriteRows(string path, Row[] rows)
    {
        using var writer = RowFiles.Create(path, rows[0].Vector.Length);
        foreach (var row in rows)
            writer.Write(row);
        writer.Complete();
    }

    private static string Bits(ReadOnlyMemory<float> vector) =>
        string.Join(' ', vector.ToArray().Select(component => BitConverter.SingleToUInt32Bits(component).ToString("x8")));

    private static bool IsUnicode(string text) =>
        string.Equals(text, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    /// <summary>Where a cut cannot be told: between records, and before the line feed of a line.</summary>
    private static bool IsWholeRows(string extension, int length, byte[] whole) => extension switch
    {
        ".fvecs" => length % 12 == 0,
        ".jsonl" => length == 0 || whole[length - 1] == '\n' || whole[length] == '\n',
        _ => false,
    };
}
