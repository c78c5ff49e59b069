using IqdbFlat.Cli.Demo;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Demo;

public class DemoCorpusTests
{
    [Fact]
    public void Every_member_comes_in_its_parts_and_in_the_order_of_the_file() => Assert.Equal(
        [
            new("Example.Library", "Example.Files", "TextFile", "TextFile", MemberKind.Type, 0, "Represents a text file on the disk."),
            new("Example.Library", "Example.Files", "TextFile", "TextFile", MemberKind.Method, 1, "Opens it."),
            new(
                "Example.Library",
                "Example.Files",
                "TextFile",
                "ReadAllLines",
                MemberKind.Method,
                2,
                "Reads all lines of a TextFile in the encoding encoding, or null if there is none. Closes the file."),
            new("Example.Library", "Example.Files", "TextFile", "Map", MemberKind.Method, 2, "Maps lines."),
            new("Example.Library", "Example.Files", "TextFile", "Length", MemberKind.Property, 0, "Gets the number of bytes."),
            new("Example.Library", "Example.Files", "TextFile", "Renamed", MemberKind.Event, 0, "Raised when the name is changed."),
            new("Example.Library", "Example.Files", "TextFile.Mode", "Mode", MemberKind.Type, 0, "How a file is opened."),
            new("Example.Library", "Example.Files", "TextFile.Mode", "Append", MemberKind.Field, 0, "Writing begins at the end."),
            new("Example.Library", "Example.Numbers", "Sorter", "Sorter", MemberKind.Type, 0, "Sorts arrays of numbers."),
            new("Example.Library", "Example.Numbers", "Sorter", "Sort", MemberKind.Method, 1, "Sorts the elements in ascending order."),
            new("Example.Library", "Example.Numbers", "Sorter", "op_Implicit", MemberKind.Method, 1, ""),
            new("Example.Library", "Example.Numbers", "Sorter", "Dispose", MemberKind.Method, 0, ""),
        ],
        DemoFixture.Corpus(DemoFixture.Library).Members);

    [Fact]
    public void A_member_in_two_files_is_there_once_as_the_first_has_it()
    {
        var one = DemoFixture.Corpus(DemoFixture.Library);
        var two = DemoFixture.Corpus(DemoFixture.Library, DemoFixture.Library.Replace("Raised", "Risen", StringComparison.Ordinal));
        Assert.Equal(one.Members, two.Members);
        Assert.Equal(one.Fingerprint, two.Fingerprint);
        Assert.Equal((12, 24), (one.Documented, two.Documented));
    }

    [Fact]
    public void Another_summary_gives_another_fingerprint() => Assert.NotEqual(
        DemoFixture.Corpus(DemoFixture.Library).Fingerprint,
        DemoFixture.Corpus(DemoFixture.Library.Replace("Raised", "Risen", StringComparison.Ordinal)).Fingerprint);

    [Fact]
    public void A_damaged_file_is_named()
    {
        var error = Assert.Throws<FlatIndexException>(() => DemoFixture.Corpus(DemoFixture.Library, "<doc><members>"));
        Assert.Equal(FlatErrorKind.CorruptData, error.Kind);
        Assert.Contains("1.xml: the XML documentation is not well-formed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_told_at_every_byte()
    {
        for (int length = 0; length < DemoFixture.Library.TrimEnd().Length; length += 7)
            Assert.Throws<FlatIndexException>(() => DemoFixture.Corpus(DemoFixture.Library[..length]));
    }

    [Fact]
    public void Metadata_says_what_a_member_is()
    {
        var metadata = MemberMetadata.Of(DemoFixture.Corpus(DemoFixture.Library).Members[2]);
        Assert.Equal(
            Metadata.From(
                ("assembly", "Example.Library"),
                ("namespace", "Example.Files"),
                ("type", "TextFile"),
                ("kind", "method"),
                ("parameters", 2),
                ("summary_length", 98),
                ("member", "TextFile.ReadAllLines"),
                ("summary", "Reads all lines of a TextFile in the encoding encoding, or null if there is none. Closes the file.")),
            metadata);
    }

    [Fact]
    public void A_long_summary_is_kept_in_short()
    {
        var member = new MemberDocument("A", "N", "T", "M", MemberKind.Method, 0, string.Join(' ', Enumerable.Repeat("word", 100)));
        string summary = MemberMetadata.Of(member)["summary"].AsString;
        Assert.InRange(summary.Length, 150, MemberMetadata.SummaryCharacters);
        Assert.EndsWith("word...", summary, StringComparison.Ordinal);
        Assert.Equal(499, MemberMetadata.Of(member)["summary_length"].AsInt);
    }
}
