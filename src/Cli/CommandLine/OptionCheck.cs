using System.Numerics;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>Values of options, or one sentence that says what was expected and found.</summary>
internal static class OptionCheck
{
    /// <summary>A number within its bounds.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for one that is not.</exception>
    public static T InRange<T>(string option, T value, T least, T most)
        where T : INumber<T> =>
        value >= least && value <= most ? value : throw FlatIndexException.InvalidConfig($"expected {option} from {least} to {most}, found {value}");

    /// <summary>The value of an enumeration by its name, in any case. Not Enum.TryParse, which also takes numbers and lists.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> with the names that there are.</exception>
    public static TEnum Name<TEnum>(string option, string text)
        where TEnum : struct, Enum => Enum.GetNames<TEnum>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<TEnum>(name)
            : throw FlatIndexException.InvalidConfig($"expected {option} to be one of {string.Join(", ", Enum.GetNames<TEnum>()).ToLowerInvariant()}, found '{text}'");
}
