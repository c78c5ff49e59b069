using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class NpyRowReaderTests
{
    private const string Good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_version_is_read(byte version)
    {
        using var reader = Open(version, Good + "   \n", [1, 2, 3, 4, 5, 6]);
        Assert.Equal((3, 2L), (reader.Dimension, reader.RowCount));
        Assert.Equal([[1f, 2, 3], [4, 5, 6]], reader.ToRows().Select(row => row.Vector.ToArray()));
    }

    [Theory]
    [InlineData("{\"shape\": (2,3), \"fortran_order\": False, \"descr\": \"<f4\"}")]
    [InlineData("{'descr':'<f4','fortran_order':False,'shape':(2L, 3L)}")]
    public void Other_spellings_of_the_dictionary_are_read(string header)
    {
        using var reader = Open(1, header, [1, 2, 3, 4, 5, 6]);
        Assert.Equal(2, reader.ToRows().Count());
    }

    [Theory]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3)}", "found '<c8'")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (2, 3)}", "found '|f4'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}", "found a structured type")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", "two numbers (rows, dimension), found 1")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", "two numbers (rows, dimension), found 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3)}", "two numbers (rows, dimension), found 3")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0)}", "dimension from 1 to 65536, found 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 65537)}", "dimension from 1 to 65536, found 65537")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", "more bytes than any file can hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (340282366920938463463374607431768211456, 3)}", "more bytes than any file")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3)}", "whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3)}", "row 2 (counted from 0): the file ends early: expected 36 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)}", "found 12 more")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "each once")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "each once")]
    [InlineData("not a dictionary", "each once")]
    public void What_cannot_be_read_is_named(string header, string expected)
    {
        var error = Assert.Throws<FlatIndexException>(() => Open(1, header, [1, 2, 3, 4, 5, 6]));
        Assert.StartsWith("rows.npy", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "found 0.0")]
    [InlineData(4, "found 4.0")]
    public void An_unknown_version_is_named(byte version, string expected) =>
        Assert.Contains(expected, Assert.Throws<FlatIndexException>(() => Open(version, Good, [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_component_that_is_not_finite_is_named_by_row_and_place()
    {
        float[] values = new float[70_001 * 3];
        values[(70_000 * 3) + 1] = float.NaN;
        using var reader = Open(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (70001, 3)}", values);
        var error = Assert.Throws<FlatIndexException>(() => reader.ToRows().Count());
        Assert.Equal("rows.npy, row 70000 (counted from 0): component 1 is NaN, expected a finite 32-bit float", error.Message);
        Assert.Equal((FlatErrorKind.InvalidVector, 70_000), (error.Kind, error.Error.Item));
        Assert.Equal(70_000, reader.RowsRead);
        Assert.False(reader.Read());
    }

    [Fact]
    public void No_rows_is_a_file_too()
    {
        using var reader = Open(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3)}", []);
        Assert.Equal((3, 0L), (reader.Dimension, reader.RowCount));
        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("<f4", "00 00 80 3F 00 00 00 C0 00 00 00 00 00 00 C0 7F", 1f, -2f, 0f)]
    [InlineData(">f4", "3F 80 00 00 C0 00 00 00 00 00 00 00 7F C0 00 00", 1f, -2f, 0f)]
    [InlineData("<f2", "00 3C 00 C0 01 00 00 7C", 1f, -2f, 5.9604645e-8f)]
    [InlineData(">f2", "3C 00 C0 00 00 01 7C 00", 1f, -2f, 5.9604645e-8f)]
    [InlineData("<f8", "9A 99 99 99 99 99 B9 3F 00 00 00 00 00 00 00 C0 00 00 00 00 00 00 00 00 9C 75 00 88 3C E4 37 7E", 0.1f, -2f, 0f)]
    [InlineData("|i1", "01 FE 7F", 1f, -2f, 127f)]
    [InlineData("|u1", "01 FE 00", 1f, 254f, 0f)]
    [InlineData("<i4", "01 00 00 00 FE FF FF FF 00 00 00 01 01 00 00 01", 1f, -2f, 16_777_216f)]
    [InlineData(">i4", "00 00 00 01 FF FF FF FE 01 00 00 00 01 00 00 01", 1f, -2f, 16_777_216f)]
    public void Elements_of_every_type_become_floats_and_those_that_no_float_holds_are_told(string type, string hex, float first, float second, float third)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': (SHAPE, 1)}}";
        using (var reader = OpenBytes(1, header.Replace("SHAPE", "3", StringComparison.Ordinal), bytes[..(bytes.Length / (type[1] is 'i' or 'u' && type[2] == '1' ? 3 : 4) * 3)]))
            Assert.Equal([first, second, third], reader.ToRows().Select(row => row.Vector.Span[0]));
        if (type is "|i1" or "|u1")
            return;
        using var bad = OpenBytes(1, header.Replace("SHAPE", "4", StringComparison.Ordinal), bytes);
        var error = Assert.Throws<FlatIndexException>(() => bad.ToRows().Count());
        Assert.Contains("row 3 (counted from 0): component 0 is", error.Message, StringComparison.Ordinal);
        Assert.Equal(type[1] == 'i' ? FlatErrorKind.InvalidConfig : FlatErrorKind.InvalidVector, error.Kind);
    }

    [Fact]
    public void Fortran_order_gives_the_rows_of_C_order_whatever_the_block()
    {
        const int Rows = 70_000;
        const int Columns = 301;
        float[] columns = new float[Rows * Columns];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = i;
        using var reader = Open(1, $"{{'descr': '<f4', 'fortran_order': True, 'shape': ({Rows}, {Columns})}}", columns);
        Assert.Equal(5, reader.Skip(5));
        while (reader.Read())
        {
            long row = reader.RowsRead - 1;
            Assert.Equal(columns[row], reader.Vector.Span[0]);
            Assert.Equal(columns[((Columns - 1) * Rows) + row], reader.Vector.Span[^1]);
        }

        Assert.Equal(Rows, reader.RowsRead);
    }

    private static RowReader Open(byte version, string header, float[] values) => OpenBytes(version, header, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static RowReader OpenBytes(byte version, string header, byte[] values)
    {
        var stream = new MemoryStream();
        stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', version, 0]);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(length, 0, version == 1 ? 2 : 4);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(values);
        stream.Position = 0;
        return RowFiles.Open(stream, "rows.npy");
    }
}
