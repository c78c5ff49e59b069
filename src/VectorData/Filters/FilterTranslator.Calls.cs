using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Filters;

internal sealed partial class FilterTranslator
{
    private bool TryCall(MethodCallExpression call, [NotNullWhen(true)] out Filter? filter)
    {
        filter = null;
        if (call.Method.DeclaringType == typeof(string))
            filter = Text(call);
        else if (TryMatchContains(call, out var source, out var item) || TryMatchCollection(call, out source, out item))
            filter = Contains(call, source, item);
        else if (call.Method.DeclaringType == typeof(Enumerable) && call.Method.Name is nameof(Enumerable.Any) or nameof(Enumerable.All))
            filter = Elements(call);
        else if (call is { Method: { Name: nameof(Equals), IsStatic: false }, Object: { } left, Arguments: [var right] })
            filter = IsCallOnNull(left, right) ? FieldLeaves.False : AreEqual(left, right);
        else if (call is { Method: { Name: nameof(Equals), IsStatic: true, DeclaringType: var type }, Arguments: [var first, var second] } && type == typeof(object))
            filter = AreEqual(first, second);
        return filter is not null;
    }

    /// <summary>Methods of strings. All are ordinal.</summary>
    private Filter? Text(MethodCallExpression call)
    {
        var arguments = call.Arguments;
        if (call.Method.IsStatic)
        {
            return (call.Method.Name, arguments) switch
            {
                (nameof(string.IsNullOrEmpty), [var text]) when Property(text) is { } property => Filter.Or(FieldLeaves.IsNull(property.Field), Filter.Eq(property.Field, "")),
                (nameof(string.Equals), [var left, var right, ..]) when IsOrdinal(arguments, 2) => AreEqual(left, right),
                _ => null,
            };
        }

        if (call.Method.Name == nameof(string.Equals) && arguments.Count >= 1 && IsOrdinal(arguments, 1))
            return IsCallOnNull(call.Object!, arguments[0]) ? FieldLeaves.False : AreEqual(call.Object!, arguments[0]);
        if (arguments.Count == 0 || !IsOrdinal(arguments, 1) || _expressions.Depends(arguments[0]) || Property(call.Object!) is not { } field || field.Type != typeof(string))
            return null;
        string? part = RecordExpressions.Evaluate(arguments[0]) switch
        {
            string text => text,
            char letter => letter.ToString(),
            _ => null,
        };
        return part is null ? null : call.Method.Name switch
        {
            nameof(string.StartsWith) => Filter.StartsWith(field.Field, part),
            nameof(string.EndsWith) => Filter.EndsWith(field.Field, part),
            nameof(string.Contains) => Filter.ContainsText(field.Field, part),
            _ => null,
        };
    }

    private bool IsOrdinal(ReadOnlyCollection<Expression> arguments, int place) =>
        arguments.Count == place
        || (arguments.Count == place + 1 && !_expressions.Depends(arguments[place]) && RecordExpressions.Evaluate(arguments[place]) is StringComparison.Ordinal);

    /// <summary>A method of an object that asks whether it is null: false where it is not, and it throws where it is.</summary>
    private bool IsCallOnNull(Expression left, Expression right) => _expressions.Depends(left) && !left.Type.IsValueType && !_expressions.Depends(right) && RecordExpressions.Evaluate(right) is null;

    private Filter? AreEqual(Expression left, Expression right)
    {
        if (!_expressions.Depends(left))
            (left, right) = (right, left);
        return !_expressions.Depends(right) && TryCompare(ExpressionType.Equal, left, RecordExpressions.Evaluate(right), out var filter) ? filter : null;
    }

    /// <summary><c>Contains</c> of collections that compare as their elements do.</summary>
    private static bool TryMatchCollection(MethodCallExpression call, [NotNullWhen(true)] out Expression? source, [NotNullWhen(true)] out Expression? item)
    {
        (source, item) = call is { Method: { Name: nameof(IList.Contains), DeclaringType: { } type }, Object: { } collection, Arguments: [var single] }
            && type.IsGenericType
            && (type.IsInterface || type.GetGenericTypeDefinition() == typeof(HashSet<>) || type.FullName!.StartsWith("System.Collections.Immutable.", StringComparison.Ordinal)
                || type.FullName.StartsWith("System.Collections.Frozen.", StringComparison.Ordinal))
            ? (collection, single)
            : (null, null);
        return source is not null;
    }

    private Filter? Contains(MethodCallExpression call, Expression source, Expression item)
    {
        if (_expressions.Depends(source))
        {
            return Property(source) is { Codec.IsArray: true } array && !_expressions.Depends(item)
                ? FieldLeaves.ContainsAny(array.Field, array.Codec, [ElementOf(array, RecordExpressions.Evaluate(item), call)])
                : null;
        }

        if (RecordExpressions.Evaluate(source) is not IEnumerable values || HasComparerOfItsOwn(values))
            return null;
        return Property(item) is { } property ? IsOneOf(property, values.Cast<object?>(), item) : null;
    }

    private static Filter IsOneOf(Operand property, IEnumerable<object?> values, Expression node)
    {
        var equal = new List<object>();
        var parts = new List<Filter>();
        bool hasNull = false;
        foreach (object? value in values)
        {
            if (value is null)
                hasNull = true;
            else if (IsNaN(value))
                throw Unsupported(node);
            else if (value.GetType() == property.Type && !property.Codec.IsArray)
                equal.Add(value);
            else if (Compare(ExpressionType.Equal, property, value, node) is { } part && part != FieldLeaves.False)
                parts.Add(part);
        }

        if (hasNull && !property.ThrowsOnNull)
            parts.Add(FieldLeaves.IsNull(property.Field));
        if (equal.Count > 0)
            parts.Add(FieldLeaves.In(property.Field, property.Codec, equal));
        return FieldLeaves.Any(parts);
    }

    /// <summary>A set may be told how to compare; only the way of its elements is known here.</summary>
    private static bool HasComparerOfItsOwn(IEnumerable values)
    {
        object? comparer = values.GetType().GetProperty("Comparer")?.GetValue(values) ?? values.GetType().GetProperty("KeyComparer")?.GetValue(values);
        if (comparer is null)
            return false;
        var element = values.GetType().GetGenericArguments()[0];
        return !comparer.Equals(typeof(EqualityComparer<>).MakeGenericType(element).GetProperty("Default")!.GetValue(null))
            && comparer != StringComparer.Ordinal;
    }

    private static object? ElementOf(Operand array, object? value, Expression node) =>
        value is null || (value.GetType() == array.Codec.Scalar.Type && !IsNaN(value)) ? value : throw Unsupported(node);

    /// <summary><c>Any</c> over the elements of a property, or <c>Any</c> and <c>All</c> over those of a collection of values.</summary>
    private Filter? Elements(MethodCallExpression call)
    {
        var source = call.Arguments[0];
        bool any = call.Method.Name == nameof(Enumerable.Any);
        if (_expressions.Depends(source))
        {
            if (!any || Property(source) is not { Codec.IsArray: true } array)
                return null;
            return call.Arguments is [_, LambdaExpression condition]
                ? FieldLeaves.ContainsAny(array.Field, array.Codec, WantedElements(array, condition.Body, condition.Parameters[0]))
                : IsNotEmpty(array);
        }

        if (call.Arguments is not [_, LambdaExpression each] || RecordExpressions.Evaluate(source) is not IEnumerable values)
            return null;
        var filters = new List<Filter>();
        foreach (object? value in values)
        {
            var body = new Replacement(each.Parameters[0], Expression.Constant(value, each.Parameters[0].Type)).Visit(each.Body);
            _expressions.Mark(body);
            filters.Add(Condition(body));
        }

        return any ? Filter.Or(filters) : Filter.And(filters);
    }

    /// <summary>The elements that a condition on one element asks for: it is equal to a value, one of several, or one of these conditions holds.</summary>
    private IEnumerable<object?> WantedElements(Operand array, Expression condition, ParameterExpression element)
    {
        switch (condition)
        {
            case BinaryExpression { NodeType: ExpressionType.OrElse } either:
                return [.. WantedElements(array, either.Left, element), .. WantedElements(array, either.Right, element)];
            case BinaryExpression { NodeType: ExpressionType.Equal } equal:
                var value = IsElement(equal.Left, element) ? equal.Right : IsElement(equal.Right, element) ? equal.Left : null;
                if (value is not null && !_expressions.Depends(value))
                    return [ElementOf(array, RecordExpressions.Evaluate(value), condition)];
                break;
            case MethodCallExpression call when TryMatchContains(call, out var source, out var item) || TryMatchCollection(call, out source, out item):
                if (IsElement(item, element) && !_expressions.Depends(source) && RecordExpressions.Evaluate(source) is IEnumerable values && !HasComparerOfItsOwn(values))
                    return [.. values.Cast<object?>().Select(value => ElementOf(array, value, condition))];
                break;
        }

        throw Unsupported(condition);
    }

    private static bool IsElement(Expression node, ParameterExpression element)
    {
        while (node is UnaryExpression { NodeType: ExpressionType.Convert, Method: null } convert)
            node = convert.Operand;
        return node == element;
    }

    private sealed class Replacement(ParameterExpression parameter, Expression value) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? value : node;
    }
}
