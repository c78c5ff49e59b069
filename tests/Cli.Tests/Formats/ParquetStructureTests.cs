using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class ParquetStructureTests(ITestOutputHelper output)
{
    /// <summary>The library goes round for ever over some of these, and takes a large part of the memory for others, unless the structure is checked first.</summary>
    [Fact]
    public void Damage_anywhere_gives_rows_or_one_sentence()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] whole = File();
        int told = 0;
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= (byte)random.Next(1, 256);
            if (random.Next(2) == 0)
                damaged[random.Next(whole.Length)] = (byte)random.Next(256);
            try
            {
                using var reader = RowFiles.Open(new MemoryStream(damaged), "x", "parquet");
                Assert.All(reader.ToRows(), row => Assert.Equal(reader.Dimension, row.Vector.Length));
            }
            catch (FlatIndexException error) when (error.Message.StartsWith('x'))
            {
                told++;
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}, damage at {place}: {other}\nThe damaged bytes: {Convert.ToBase64String(damaged)}");
            }
        }

        Assert.True(told >= whole.Length / 3, $"seed {seed}: of {whole.Length} damaged files {told} were told");
    }

    [Fact]
    public void What_does_not_hold_together_is_told()
    {
        byte[] whole = File();
        Assert.Contains("PAR1", Message([.. whole[..^1], 0]), StringComparison.Ordinal);
        Assert.Contains("footer", Message([.. whole[..^8], 255, 255, 255, 255, .. whole[^4..]]), StringComparison.Ordinal);
        Assert.Contains("too short", Message(whole[..10]), StringComparison.Ordinal);

        // A page that is missing: the footer's places point into what follows.
        Assert.Contains("x: the Parquet file cannot be read", Message([.. whole[..4], .. whole[40..]]), StringComparison.Ordinal);

        // The end of the footer with the number of a field: the library would read on behind it, for ever.
        Assert.Contains("x: the Parquet file cannot be read", Message([.. whole[..^9], 0x30, .. whole[^8..]]), StringComparison.Ordinal);

        // Bools in a list, and in a map, of a field that nobody knows.
        Assert.Contains("bools", Message(Footer(0x09, 0x80, 0x01, 0x11, 0x01)), StringComparison.Ordinal);
        Assert.Contains("bools", Message(Footer(0x0B, 0x80, 0x01, 0x01, 0x51, 0x02, 0x01)), StringComparison.Ordinal);

        // A footer of structs within structs, without end.
        byte[] nested = [.. Enumerable.Repeat((byte)0x8C, 5_000)];
        Assert.Contains("nests too deep", Message(Footer(nested)), StringComparison.Ordinal);
    }

    private static byte[] Footer(params byte[] bytes) => [.. "PAR1"u8, .. bytes, .. BitConverter.GetBytes(bytes.Length), .. "PAR1"u8];

    private static string Message(byte[] bytes) => Assert.Throws<FlatIndexException>(() => RowFiles.Open(new MemoryStream(bytes), "x", "parquet")).Message;

    private static byte[] File()
    {
        using var folder = new TemporaryFolder();
        SampleRows.Write(folder.File("a.parquet"), SampleRows.Three);
        return System.IO.File.ReadAllBytes(folder.File("a.parquet"));
    }
}
