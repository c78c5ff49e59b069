using IqdbFlat.Cli.Demo;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Demo;

public class ReferencePacksTests
{
    [Fact]
    public void The_newest_version_of_every_pack_is_taken_in_order()
    {
        using var folder = new Formats.TemporaryFolder();
        foreach (string file in (string[])["B.Ref/9.0.1/ref/b.xml", "B.Ref/10.0.0-rc.1/ref/b.xml", "B.Ref/10.0.0/ref/b.xml", "B.Ref/10.0.0/ref/a.xml", "A.Ref/8.0.0/a.xml", "C.Host/1.0.0/c.xml", "D.Ref/notes/d.xml"])
            Add(folder, "packs/" + file);
        Assert.Equal(
            ["A.Ref/8.0.0/a.xml", "B.Ref/10.0.0/ref/a.xml", "B.Ref/10.0.0/ref/b.xml"],
            ReferencePacks.Find([folder.File("nothing"), folder.File("")]).Select(path => Path.GetRelativePath(folder.File("packs"), path)));
    }

    [Fact]
    public void No_packs_is_one_sentence_that_says_where_it_was_looked()
    {
        var error = Assert.Throws<FlatIndexException>(() => ReferencePacks.Find(["/none/a", "/none/b", "/none/a"]));
        Assert.Contains("looked in /none/a, /none/b, found none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sdk_that_builds_this_has_documentation() =>
        Assert.Contains(ReferencePacks.Find(), path => Path.GetFileName(path) == "System.Runtime.xml");

    private static void Add(Formats.TemporaryFolder folder, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file))!);
        File.WriteAllText(folder.File(file), "");
    }
}
