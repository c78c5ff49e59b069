using System.Globalization;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// The errors of files, one sentence each: <c>base.fvecs, row 70000 (counted from 0): component 3 is NaN, expected a finite float</c>.
/// </summary>
internal static class FileProblem
{
    /// <summary>Bytes that are not what the format says: cut short, too long, not to be read.</summary>
    public static FlatIndexException Corrupt(string file, long? row, string reason) =>
        Make(FlatErrorKind.InvalidConfig, file, row, reason, error => error with { Record = file });

    /// <summary>A file that may be sound, but is not one that can be read here.</summary>
    public static FlatIndexException Unsupported(string file, string reason) =>
        Make(FlatErrorKind.InvalidConfig, file, null, reason, error => error);

    /// <summary>A row with another number of components than the rows before it.</summary>
    public static FlatIndexException Dimension(string file, long row, int expected, int found, string? where = null) =>
        Make(
            FlatErrorKind.DimensionMismatch,
            file,
            row,
            Invariant($"expected {expected} components as in the rows before, found {found}"),
            error => error with { Expected = expected, Found = found },
            where);

    /// <summary>A component that is not finite.</summary>
    public static FlatIndexException NotFinite(string file, long row, int component, string found, string? where = null) =>
        Make(
            FlatErrorKind.InvalidVector,
            file,
            row,
            Invariant($"component {component} is {found}, expected a finite 32-bit float"),
            error => error,
            where);

    /// <summary>A component that no index holds, as the file has it.</summary>
    public static FlatIndexException BadComponent(string file, long row, int component, ElementType type, ReadOnlySpan<byte> bytes)
    {
        string found = type.Text(bytes, component);
        return type.Kind == ElementKind.Int32
            ? BadRow(file, row, Invariant($"component {component} is {found}, expected {type.Expected}"))
            : NotFinite(file, row, component, found);
    }

    /// <summary>What is wrong with a row, by a check that knows nothing of files.</summary>
    public static FlatIndexException At(string file, long row, string? where, FlatIndexException problem) =>
        Make(problem.Kind, file, row, problem.Error.Reason ?? problem.Message, error => error, where);

    /// <summary>A row whose content cannot be a row.</summary>
    public static FlatIndexException BadRow(string file, long row, string reason, string? where = null) =>
        Make(FlatErrorKind.InvalidConfig, file, row, reason, error => error, where);

    private static FlatIndexException Make(
        FlatErrorKind kind, string file, long? row, string reason, Func<FlatError, FlatError> detail, string? where = null)
    {
        string place = row is { } number
            ? Invariant($"{file}, row {number} (counted from 0{(where is null ? "" : $"; {where}")})")
            : file;
        var error = new FlatError(kind, $"{place}: {reason}")
        {
            Reason = reason,
            Item = row is >= 0 and <= int.MaxValue ? (int)row : null,
        };
        return new(detail(error));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
