using System.IO.Hashing;
using System.Text;
using System.Xml;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>The documented members of .NET, in an order that the files alone decide. A member's place is its id.</summary>
internal sealed class DemoCorpus
{
    private DemoCorpus(IReadOnlyList<MemberDocument> members, int documented, string fingerprint)
    {
        Members = members;
        Documented = documented;
        Fingerprint = fingerprint;
    }

    /// <summary>The members; one that several files document is there once, as the first file has it.</summary>
    public IReadOnlyList<MemberDocument> Members { get; }

    /// <summary>
    /// Documented members of all files, repeats counted: the ASP.NET Core pack holds a copy of the base library's files, for instance.
    /// </summary>
    public int Documented { get; }

    /// <summary>
    /// 32 hexadecimal digits over all that goes into the rows: other documentation or another embedding gives another fingerprint,
    /// so that a second run can tell whether the rows it finds are these.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>Reads files in the given order.</summary>
    /// <param name="files">Paths of XML documentation files.</param>
    /// <param name="progress">Told the number of files read.</param>
    /// <param name="cancellationToken">Looked at between files.</param>
    /// <exception cref="FlatIndexException">A file that cannot be read or is not well-formed.</exception>
    public static DemoCorpus Read(IEnumerable<string> files, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var members = new List<MemberDocument>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int read = 0;
        int documented = 0;
        foreach (string file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (id, member) in ReadFile(file))
            {
                documented++;
                if (seen.Add(id))
                    members.Add(member);
            }

            progress?.Report(++read);
        }

        return new(members, documented, FingerprintOf(members));
    }

    private static List<(string Id, MemberDocument Member)> ReadFile(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return DocumentationFile.Read(stream);
        }
        catch (XmlException exception)
        {
            throw new FlatIndexException(
                new(FlatErrorKind.CorruptData, $"{file}: the XML documentation is not well-formed: {exception.Message}") { Record = file }, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FlatIndexException(
                new(FlatErrorKind.InvalidConfig, $"{file}: the XML documentation cannot be read: {exception.Message}"), exception);
        }
    }

    private static string FingerprintOf(List<MemberDocument> members)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes($"embedding {MemberEmbedding.Version}\n"));
        foreach (var member in members)
            hash.Append(Encoding.UTF8.GetBytes($"{member.Assembly}\t{member.Namespace}\t{member.Type}\t{member.Name}\t{member.Kind}\t{member.Parameters}\t{member.Summary}\n"));
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
