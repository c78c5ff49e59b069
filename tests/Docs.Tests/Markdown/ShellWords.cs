using System.Text;

namespace IqdbFlat.Docs.Tests.Markdown;

/// <summary>Splits a command line as a POSIX shell does, as far as documents need it: spaces, both quotes, the backslash outside single quotes, comments.</summary>
internal static class ShellWords
{
    public static string[] Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quote != '\0' && c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '\'' or '"')
                (quote, word) = (c, word ?? new());
            else if (c == '\\' && quote != '\'' && i + 1 < line.Length)
                (word ??= new()).Append(line[++i]);
            else if (quote == '\0' && c == '#' && word is null)
                break;
            else if (quote == '\0' && c is ' ' or '\t')
                Take();
            else
                (word ??= new()).Append(c);
        }

        Take();
        return [.. words];

        void Take()
        {
            if (word is not null)
                words.Add(word.ToString());
            word = null;
        }
    }
}
