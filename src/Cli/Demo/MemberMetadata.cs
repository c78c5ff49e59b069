using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Demo;

/// <summary>What the rows of the demo carry beside their vectors.</summary>
internal static class MemberMetadata
{
    /// <summary>Characters of a summary that a row keeps, at most.</summary>
    public const int SummaryCharacters = 160;

    /// <summary>
    /// assembly, namespace, type, kind, member and summary (shortened) as strings; parameters and summary_length (of the whole) as integers.
    /// </summary>
    public static Metadata Of(MemberDocument member) => Metadata.From(
        ("assembly", member.Assembly),
        ("namespace", member.Namespace),
        ("type", member.Type),
        ("kind", KindName(member.Kind)),
        ("parameters", member.Parameters),
        ("summary_length", member.Summary.Length),
        ("member", member.DisplayName),
        ("summary", Shorten(member.Summary)));

    /// <summary>type, method, property, field or event.</summary>
    public static string KindName(MemberKind kind) => kind switch
    {
        MemberKind.Type => "type",
        MemberKind.Method => "method",
        MemberKind.Property => "property",
        MemberKind.Field => "field",
        _ => "event",
    };

    private static string Shorten(string summary)
    {
        if (summary.Length <= SummaryCharacters)
            return summary;
        int end = summary.LastIndexOf(' ', SummaryCharacters - 3);
        return string.Concat(summary.AsSpan(0, end > 0 ? end : SummaryCharacters - 3), "...");
    }
}
