using System.Linq.Expressions;

namespace IqdbFlat.VectorData.Filters;

/// <summary>The six comparisons of expression trees.</summary>
internal static class Comparisons
{
    public static bool IsOne(ExpressionType type) => type is ExpressionType.Equal or ExpressionType.NotEqual or ExpressionType.LessThan or ExpressionType.LessThanOrEqual
        or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual;

    /// <summary>The comparison that says the same with its sides changed over.</summary>
    public static ExpressionType Mirrored(ExpressionType type) => type switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => type,
    };

    /// <summary>Whether it holds between two numbers.</summary>
    public static bool Holds(ExpressionType type, long left, long right) => type switch
    {
        ExpressionType.Equal => left == right,
        ExpressionType.NotEqual => left != right,
        ExpressionType.LessThan => left < right,
        ExpressionType.LessThanOrEqual => left <= right,
        ExpressionType.GreaterThan => left > right,
        _ => left >= right,
    };
}
