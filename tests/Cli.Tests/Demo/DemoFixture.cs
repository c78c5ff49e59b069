using IqdbFlat.Cli.Demo;

namespace IqdbFlat.Cli.Tests.Demo;

/// <summary>Small documentation files, made by the test.</summary>
internal static class DemoFixture
{
    public const string Library = """
        <?xml version="1.0" encoding="utf-8"?>
        <doc>
          <assembly>
            <name>Example.Library</name>
          </assembly>
          <members>
            <member name="N:Example.Files"><summary>A namespace, which is not a member.</summary></member>
            <member name="T:Example.Files.TextFile">
              <summary>Represents a text file on the disk.</summary>
            </member>
            <member name="M:Example.Files.TextFile.#ctor(System.String)"><param name="path">The path.</param><summary>Opens it.</summary></member>
            <member name="M:Example.Files.TextFile.ReadAllLines(System.String,System.Text.Encoding)">
              <summary>Reads all lines of a <see cref="T:Example.Files.TextFile" /> in the encoding <paramref name="encoding" />,
                or <see langword="null" /> <c>if</c> there is none.<para>Closes the file.</para></summary>
              <param name="path">The path &amp; name.</param>
              <returns>The lines.</returns>
            </member>
            <member name="M:Example.Files.TextFile.Map``1(System.Func{System.String,``0},System.Int32[0:,0:])"><summary>Maps lines.</summary></member>
            <member name="P:Example.Files.TextFile.Length"><summary>Gets the number of bytes.</summary></member>
            <member name="E:Example.Files.TextFile.Renamed"><summary>Raised when the name is changed.</summary></member>
            <member name="T:Example.Files.TextFile.Mode"><summary>How a file is opened.</summary></member>
            <member name="F:Example.Files.TextFile.Mode.Append"><summary>Writing begins at the end.</summary></member>
            <member name="T:Example.Numbers.Sorter`1"><summary>Sorts arrays of numbers.</summary></member>
            <member name="M:Example.Numbers.Sorter`1.Sort(`0[])"><summary>Sorts the elements in ascending order.</summary></member>
            <member name="M:Example.Numbers.Sorter`1.op_Implicit(Example.Numbers.Sorter{`0})~System.Int32" />
            <member name="M:Example.Numbers.Sorter`1.System#IDisposable#Dispose"><inheritdoc /></member>
          </members>
        </doc>
        """;

    public static DemoCorpus Corpus(params string[] files)
    {
        using var folder = new Formats.TemporaryFolder();
        var paths = new List<string>();
        foreach (string file in files)
        {
            paths.Add(folder.File($"{paths.Count}.xml"));
            File.WriteAllText(paths[^1], file);
        }

        return DemoCorpus.Read(paths);
    }
}
