using System.Xml;

namespace IqdbFlat.Cli.Demo;

/// <summary>The members of one XML documentation file, in its order.</summary>
internal static class DocumentationFile
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = false,
    };

    /// <summary>Reads a file: the id and the parts of every member. A file that is not well-formed: <see cref="XmlException"/>.</summary>
    public static List<(string Id, MemberDocument Member)> Read(Stream stream)
    {
        using var reader = XmlReader.Create(stream, Settings);
        string assembly = "";
        var members = new List<(string Text, MemberId Id, string Summary)>();
        var types = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (!reader.EOF)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.Name == "name" && reader.Depth == 2)
            {
                assembly = reader.ReadElementContentAsString().Trim();
            }
            else if (reader.NodeType == XmlNodeType.Element && reader.Name == "member")
            {
                string text = reader.GetAttribute("name") ?? "";
                bool known = MemberId.TryParse(text, out var id);
                if (known && id.Kind == MemberKind.Type)
                    types.Add(id.Path);
                string summary = ReadMember(reader);
                if (known)
                    members.Add((text, id, summary));
            }
            else
            {
                reader.Read();
            }
        }

        return members.ConvertAll(member => (member.Text, Document(member.Id, member.Summary, assembly, types)));
    }

    private static string ReadMember(XmlReader reader)
    {
        string summary = "";
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return summary;
        }

        int depth = reader.Depth;
        reader.Read();
        while (reader.Depth > depth)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.Name == "summary")
                summary = SummaryText.Read(reader);
            else
                reader.Skip();
        }

        reader.Read();
        return summary;
    }

    /// <summary>
    /// Where the namespace ends and the type begins an id does not say: the type is the shortest beginning of the path that the file
    /// documents as one.
    /// </summary>
    private static MemberDocument Document(MemberId id, string summary, string assembly, HashSet<string> types)
    {
        var (owner, last) = MemberId.Split(id.Path);
        string typePath = id.Kind == MemberKind.Type ? id.Path : owner;
        string outer = typePath;
        for (int point = typePath.IndexOf('.', StringComparison.Ordinal); point >= 0; point = typePath.IndexOf('.', point + 1))
        {
            if (types.Contains(typePath[..point]))
            {
                outer = typePath[..point];
                break;
            }
        }

        string space = MemberId.Split(outer).Owner;
        string type = space.Length == 0 ? typePath : typePath[(space.Length + 1)..];
        string name = last is "#ctor" or "#cctor" ? MemberId.Split(typePath).Name : last[(last.LastIndexOf('#') + 1)..];
        return new(assembly, space, type, name, id.Kind, id.Parameters, summary);
    }
}
