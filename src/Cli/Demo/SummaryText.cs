using System.Text;
using System.Xml;

namespace IqdbFlat.Cli.Demo;

/// <summary>A summary as plain text: references become the names they point at, and white space becomes single spaces.</summary>
internal static class SummaryText
{
    /// <summary>Reads the element that the reader stands at, and leaves the reader behind it.</summary>
    public static string Read(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return "";
        }

        var text = new StringBuilder();
        int depth = reader.Depth;
        reader.Read();
        while (reader.Depth > depth)
        {
            Append(text, reader);
            reader.Read();
        }

        reader.Read();
        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, XmlReader reader)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                AppendCollapsed(text, reader.Value);
                break;
            case XmlNodeType.Element when reader.Name is "para" or "br" or "item" or "list":
                AppendCollapsed(text, " ");
                break;
            case XmlNodeType.Element when reader.IsEmptyElement:
                AppendCollapsed(text, Reference(reader));
                break;
        }
    }

    private static string Reference(XmlReader reader)
    {
        if (reader.GetAttribute("cref") is { } member)
            return MemberId.TryParse(member, out var id) ? MemberId.Split(id.Path).Name : member;
        return reader.GetAttribute("langword") ?? reader.GetAttribute("name") ?? "";
    }

    private static void AppendCollapsed(StringBuilder text, string part)
    {
        foreach (char c in part)
        {
            if (!char.IsWhiteSpace(c))
                text.Append(c);
            else if (text.Length > 0 && text[^1] != ' ')
                text.Append(' ');
        }
    }
}
