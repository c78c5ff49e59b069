using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Truth.Files;

/// <summary>Ids for forms that have 32 bits for each.</summary>
internal static class ShortIds
{
    /// <summary>The ids of an answer; an error where one does not fit.</summary>
    public static int[] Of(string path, Answer answer)
    {
        var ids = new int[answer.Ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = answer.Ids[i] is >= int.MinValue and <= int.MaxValue
                ? (int)answer.Ids[i]
                : throw FileProblem.Unsupported(path, $"this form has ids up to {int.MaxValue}, found {answer.Ids[i]}: expected a name that ends in .jsonl or .hdf5");
        }

        return ids;
    }
}
