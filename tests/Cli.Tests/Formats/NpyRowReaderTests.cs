using System.Buffers.Binary;
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
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)}", "found '<f8'")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3)}", "found '>f4'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}", "found a structured type")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}", "found Fortran order")]
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

    private static NpyRowReader Open(byte version, string header, float[] values)
    {
        var stream = new MemoryStream();
        stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', version, 0]);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(length, 0, version == 1 ? 2 : 4);
        stream.Write(Encoding.ASCII.GetBytes(header));
        foreach (float value in values)
            stream.Write(BitConverter.GetBytes(value));
        stream.Position = 0;
        return new(stream, "rows.npy");
    }
}
