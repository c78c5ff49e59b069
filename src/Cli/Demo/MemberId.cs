namespace IqdbFlat.Cli.Demo;

/// <summary>
/// The id of a member in a documentation file, such as <c>M:System.IO.File.ReadAllText(System.String)</c>, in its parts.
/// </summary>
/// <param name="Kind">What the letter before the colon says.</param>
/// <param name="Path">The full name without arity, parameters and return type: <c>System.IO.File.ReadAllText</c>.</param>
/// <param name="Parameters">The number of parameters.</param>
internal readonly record struct MemberId(MemberKind Kind, string Path, int Parameters)
{
    /// <summary>Reads an id; false for namespaces and what no reader knows.</summary>
    public static bool TryParse(string text, out MemberId id)
    {
        id = default;
        if (text.Length < 3 || text[1] != ':')
            return false;
        MemberKind? kind = text[0] switch
        {
            'T' => MemberKind.Type,
            'M' => MemberKind.Method,
            'P' => MemberKind.Property,
            'F' => MemberKind.Field,
            'E' => MemberKind.Event,
            _ => null,
        };
        if (kind is null)
            return false;
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int end = open >= 0 ? open : text.IndexOf('~', StringComparison.Ordinal);
        string path = WithoutArity(end >= 0 ? text.AsSpan(2, end - 2) : text.AsSpan(2));
        id = new(kind.Value, path, open >= 0 ? CountParameters(text.AsSpan(open + 1)) : 0);
        return path.Length > 0;
    }

    /// <summary>The last name of a path, and what is before its point.</summary>
    public static (string Owner, string Name) Split(string path)
    {
        int point = path.LastIndexOf('.');
        return point < 0 ? ("", path) : (path[..point], path[(point + 1)..]);
    }

    private static string WithoutArity(ReadOnlySpan<char> name)
    {
        if (name.IndexOf('`') < 0)
            return name.ToString();
        var kept = new System.Text.StringBuilder(name.Length);
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] != '`')
            {
                kept.Append(name[i]);
                continue;
            }

            while (i + 1 < name.Length && (name[i + 1] == '`' || char.IsAsciiDigit(name[i + 1])))
                i++;
        }

        return kept.ToString();
    }

    /// <summary>Parameters are parted by commas outside any brackets: those inside belong to generic arguments and array ranks.</summary>
    private static int CountParameters(ReadOnlySpan<char> list)
    {
        int count = list.IsEmpty || list[0] == ')' ? 0 : 1;
        int depth = 0;
        foreach (char c in list)
        {
            if (c is '{' or '[' or '(')
                depth++;
            else if (c is '}' or ']' or ')' && depth-- == 0)
                break;
            else if (c == ',' && depth == 0)
                count++;
        }

        return count;
    }
}
