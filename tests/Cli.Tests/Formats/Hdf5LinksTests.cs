using System.Text;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class Hdf5LinksTests
{
    private const byte Soft = 1;
    private const byte External = 64;

    /// <summary>Without a check before it, the library follows these until the process ends.</summary>
    [Theory]
    [InlineData("train")]
    [InlineData("/train")]
    [InlineData("train/a")]
    [InlineData("other", "train")]
    public void Links_that_go_round_in_a_circle_are_told(params string[] path)
    {
        byte[] file = WithSoftLinks([.. path]);
        Assert.Contains("x: the HDF5 file cannot be read: the link 'train' goes round in a circle", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_another_file_is_refused()
    {
        byte[] file = Sound();
        Change(file, "train", External, "a");
        Assert.Contains("the link 'train' leads to another file", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_name_that_is_there_or_nowhere_is_no_circle()
    {
        using var reader = RowFiles.Open(new MemoryStream(Sound()), "x", "hdf5");
        Assert.Equal(2, reader.RowCount);
        using var path = RowFiles.Open(new MemoryStream(WithSoftLinks("other")), "x", "hdf5");
        Assert.Equal(2, path.RowCount);
        Assert.Contains("x: ", Refusal(WithSoftLinks("none", "gone")), StringComparison.Ordinal);
    }

    private static string Refusal(byte[] file) => Assert.Throws<FlatIndexException>(() => RowFiles.Open(new MemoryStream(file), "x", "hdf5")).Message;

    private static byte[] Sound()
    {
        using var folder = new TemporaryFolder();
        var rows = new float[,] { { 1, 2 }, { 3, 4 } };
        new PureHDF.H5File { ["train"] = rows, ["other"] = rows }.Write(folder.File("a.hdf5"));
        return File.ReadAllBytes(folder.File("a.hdf5"));
    }

    /// <summary>The links 'train' and, where there are two paths, 'other' become paths.</summary>
    private static byte[] WithSoftLinks(params string[] paths)
    {
        byte[] file = Sound();
        foreach (var (name, path) in new[] { "train", "other" }.Zip(paths))
            Change(file, name, Soft, path);
        return file;
    }

    // The library writes version, flags (a character set, 4 bytes of length), character set, length, name and the place in 8 bytes: 20 bytes for a name of 5.
    // Flags that say a type and 1 byte of length leave 10 for the length of a path and the path.
    private static void Change(byte[] file, string name, byte type, string path)
    {
        byte[] was = [1, 0x12, 1, (byte)name.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(name)];
        int place = file.AsSpan().IndexOf(was);
        Assert.True(place > 0, "the link is not where it was");
        byte[] changed = [1, 0x18, type, 1, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)path.Length, 0, .. Encoding.ASCII.GetBytes(path)];
        Assert.InRange(changed.Length, 0, was.Length + 8);
        changed.CopyTo(file, place);
    }
}
