using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Model;
using Microsoft.Extensions.VectorData.ProviderServices.Filter;

namespace IqdbFlat.VectorData.Filters;

/// <summary>
/// A filter of the abstraction, which is a lambda over a record, as a filter of the index. It is translated whole, or it is a <see cref="NotSupportedException"/> that names the node.
/// </summary>
/// <remarks>
/// The answer is what the lambda itself would give over the record, with one difference: where the lambda would throw because it looks into something that is null (a method
/// of a string, an element of an array, <c>Value</c> of a nullable), that comparison is false. Text is compared ordinally.
/// </remarks>
internal sealed partial class FilterTranslator(RecordModel model) : FilterTranslatorBase
{
    private readonly RecordExpressions _expressions = new();
    private ParameterExpression _record = null!;

    /// <summary>The filter of a lambda; null for none.</summary>
    public static Filter? Translate<TRecord>(RecordModel model, Expression<Func<TRecord, bool>>? lambda) =>
        lambda is null ? null : new FilterTranslator(model).Translate(lambda);

    private Filter Translate(LambdaExpression lambda)
    {
        _record = lambda.Parameters[0];
        _expressions.Mark(lambda.Body);
        return Condition(lambda.Body);
    }

    private Filter Condition(Expression node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!_expressions.Depends(node))
            return RecordExpressions.Evaluate(node) is true ? FieldLeaves.True : FieldLeaves.False;
        switch (node)
        {
            case BinaryExpression { Method: null, NodeType: ExpressionType.AndAlso or ExpressionType.And } both when both.Type == typeof(bool):
                return Filter.And(Operands(both, ExpressionType.AndAlso, ExpressionType.And));
            case BinaryExpression { Method: null, NodeType: ExpressionType.OrElse or ExpressionType.Or } either when either.Type == typeof(bool):
                return Filter.Or(Operands(either, ExpressionType.OrElse, ExpressionType.Or));
            case BinaryExpression { NodeType: ExpressionType.ExclusiveOr, Method: null } one when one.Type == typeof(bool):
                return Differ(Condition(one.Left), Condition(one.Right));
            case BinaryExpression comparison when Comparisons.IsOne(comparison.NodeType):
                return Comparison(comparison);
            case UnaryExpression { NodeType: ExpressionType.Not, Method: null } negation when negation.Type == typeof(bool):
                return Filter.Not(Condition(negation.Operand));
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } same when same.Type == same.Operand.Type:
                return Condition(same.Operand);
            case ConditionalExpression choice:
                var test = Condition(choice.Test);
                return Choice(test, Condition(choice.IfTrue), Condition(choice.IfFalse));
            case MethodCallExpression call when TryCall(call, out var filter):
                return filter;
            case MemberExpression { Member.Name: nameof(Nullable<int>.HasValue), Expression: { } nullable } when Property(nullable) is { } property:
                return FieldLeaves.IsNotNull(property.Field);
            default:
                return node.Type == typeof(bool) && TryCompareValue(ExpressionType.Equal, node, true, out var leaf) ? leaf : throw Unsupported(node);
        }
    }

    /// <summary>The operands of a chain of one operator, so that a long one is not a deep one.</summary>
    private List<Filter> Operands(BinaryExpression chain, ExpressionType shortCircuit, ExpressionType plain)
    {
        var operands = new Stack<Expression>();
        Expression node = chain;
        while (node is BinaryExpression { Method: null } link && (link.NodeType == shortCircuit || link.NodeType == plain) && _expressions.Depends(link))
        {
            operands.Push(link.Right);
            node = link.Left;
        }

        operands.Push(node);
        return [.. operands.Select(Condition)];
    }

    private Filter Comparison(BinaryExpression node)
    {
        var (left, right, comparison) = _expressions.Depends(node.Left)
            ? (node.Left, node.Right, node.NodeType)
            : (node.Right, node.Left, Comparisons.Mirrored(node.NodeType));
        if (!_expressions.Depends(right))
        {
            object? value = RecordExpressions.Evaluate(right);
            return TryCompare(comparison, left, value, out var filter) ? filter : throw Unsupported(node);
        }

        // Two conditions compared with each other.
        if (left.Type == typeof(bool) && right.Type == typeof(bool) && node.NodeType is ExpressionType.Equal or ExpressionType.NotEqual)
        {
            var differ = Differ(Condition(left), Condition(right));
            return node.NodeType == ExpressionType.NotEqual ? differ : Filter.Not(differ);
        }

        throw Unsupported(node);
    }

    private static Filter Differ(Filter left, Filter right) => Filter.Or(Filter.And(left, Filter.Not(right)), Filter.And(Filter.Not(left), right));

    private static Filter Choice(Filter test, Filter yes, Filter no) => Filter.Or(Filter.And(test, yes), Filter.And(Filter.Not(test), no));

    private static NotSupportedException Unsupported(Expression node) =>
        new($"A filter cannot be made of the expression '{node}' ({node.NodeType}): an index can compare a property with a value, and combine such comparisons.");
}
