using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IqdbFlat.Cli.Bench;
using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Tests.Bench;

public class RowGeneratorTests
{
    /// <summary>The data of a seed on every machine: a change here makes every published digest worthless.</summary>
    [Theory]
    [InlineData("Normal", 100, "8f7a29533477df2a")]
    [InlineData("Unit", 100, "3ddbf969061a025a")]
    [InlineData("Spectrum", 100, "8c8a9836a2ad4e06")]
    [InlineData("Spectrum", 7, "0417cdb06039618a")]
    [InlineData("Duplicates", 100, "182e51cd3724eb64")]
    [InlineData("Offset", 100, "385242692fe61cdd")]
    public void A_seed_gives_the_same_bits_for_ever(string data, int dimension, string expected)
    {
        float[] rows = Rows(data, dimension, 64);
        Assert.True(BitConverter.IsLittleEndian);
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(rows)))[..16]);
    }

    [Fact]
    public void Rows_do_not_depend_on_the_order_they_are_made_in()
    {
        var generator = RowGenerator.Create(GeneratedData.Spectrum, 20, 100, 5);
        using var reader = new GeneratedRowReader(generator, RowStream.Base, 100);
        float[][] rows = [.. reader.ToRows().Select(row => row.Vector.ToArray())];
        float[] vector = new float[20];
        for (int row = 99; row >= 0; row--)
        {
            generator.Fill(RowStream.Base, row, vector);
            Assert.Equal(rows[row], vector);
        }
    }

    [Fact]
    public void Queries_are_other_numbers_than_rows() =>
        Assert.Empty(Rows("Normal", 10, 10).Intersect(Rows("Normal", 10, 10, RowStream.Queries)));

    [Fact]
    public void Normal_components_have_the_moments_of_the_distribution()
    {
        float[] values = Rows("Normal", 100, 10_000);
        Assert.Equal(0, values.Average(value => (double)value), 0.004);
        Assert.Equal(1, values.Average(value => (double)value * value), 0.006);
        Assert.Equal(3, values.Average(value => Math.Pow(value, 4)), 0.05);
        Assert.Equal(0.158655, values.Count(value => value > 1) / 1e6, 0.002);
    }

    [Theory]
    [InlineData("Unit", 1)]
    [InlineData("Unit", 50)]
    [InlineData("Spectrum", 1)]
    [InlineData("Spectrum", 768)]
    public void Unit_vectors_have_length_one(string data, int dimension) =>
        Assert.All(
            Rows(data, dimension, 50).Chunk(dimension),
            row => Assert.Equal(1, Math.Sqrt(row.Sum(component => (double)component * component)), 1e-6));

    [Fact]
    public void A_spectrum_decays_and_no_component_shows_it()
    {
        const int Dimension = 64;
        double[] variances = new double[Dimension];
        foreach (float[] row in Rows("Spectrum", Dimension, 5_000).Chunk(Dimension))
        {
            for (int i = 0; i < Dimension; i++)
                variances[i] += (double)row[i] * row[i] / 5_000;
        }

        Assert.All(variances, variance => Assert.InRange(variance, 0.2 / Dimension, 5.0 / Dimension));
        Assert.InRange(TopEigenvalue(Rows("Spectrum", Dimension, 2_000), Dimension), 5.0 / Dimension, 1);
    }

    [Fact]
    public void Duplicates_come_by_the_hundred()
    {
        var groups = Rows("Duplicates", 4, 10_000, rowsOfIndex: 10_000).Chunk(4).GroupBy(row => string.Join(' ', row)).ToArray();
        Assert.Equal(10_000 / DuplicateRows.RowsOfOne, groups.Length);
        Assert.All(groups, group => Assert.True(group.Count() > 150));
    }

    [Fact]
    public void Offsets_are_huge_and_their_differences_tiny() =>
        Assert.All(Rows("Offset", 10, 100), value => Assert.InRange(value, 9_999.99f, 10_000.01f));

    [Fact]
    public void Every_third_row_lies_beside_every_query()
    {
        float[][] rows = [.. Rows("Thirds", 50, 30).Chunk(50)];
        foreach (float[] query in Rows("Thirds", 50, 4, RowStream.Queries).Chunk(50))
        {
            for (int row = 0; row < rows.Length; row++)
            {
                double distance = Math.Sqrt(rows[row].Zip(query, (a, b) => (double)(a - b) * (a - b)).Sum());
                Assert.True(row % 3 == 0 ? distance < 0.01 : distance > 1, $"row {row}: {distance}");
            }
        }
    }

    [Fact]
    public void Skipping_generated_rows_costs_nothing_and_goes_on_at_the_right_row()
    {
        var generator = RowGenerator.Create(GeneratedData.Normal, 3, 10, 1);
        using var reader = new GeneratedRowReader(generator, RowStream.Base, 1L << 50);
        Assert.Equal(1L << 49, reader.Skip(1L << 49));
        Assert.True(reader.Read());
        float[] expected = new float[3];
        generator.Fill(RowStream.Base, 1L << 49, expected);
        Assert.Equal(expected, reader.Vector.ToArray());
        Assert.Equal(1ul << 49, reader.Id.Number);
    }

    private static float[] Rows(string data, int dimension, int rows, RowStream stream = RowStream.Base, long rowsOfIndex = 2_560)
    {
        var generator = RowGenerator.Create(Enum.Parse<GeneratedData>(data), dimension, rowsOfIndex, 42);
        float[] values = new float[dimension * rows];
        for (int row = 0; row < rows; row++)
            generator.Fill(stream, row, values.AsSpan(row * dimension, dimension));
        return values;
    }

    /// <summary>The largest eigenvalue of the second moments, by the power method.</summary>
    private static double TopEigenvalue(float[] rows, int dimension)
    {
        double[] direction = [.. Enumerable.Repeat(1.0, dimension)];
        double length = 0;
        for (int step = 0; step < 20; step++)
        {
            double[] next = new double[dimension];
            foreach (float[] row in rows.Chunk(dimension))
            {
                double dot = row.Zip(direction, (a, b) => a * b).Sum();
                for (int i = 0; i < dimension; i++)
                    next[i] += dot * row[i] * dimension / rows.Length;
            }

            length = Math.Sqrt(next.Sum(x => x * x));
            direction = [.. next.Select(x => x / length)];
        }

        return length;
    }
}
