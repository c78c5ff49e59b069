using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Values;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData.Filters;

internal sealed partial class FilterTranslator
{
    /// <summary>A property as it stands in a comparison.</summary>
    /// <param name="Model">The property.</param>
    /// <param name="Codec">How it is stored.</param>
    /// <param name="ThrowsOnNull">Whether reading it throws where it is null: by <c>Value</c>, or by a cast to a type without null.</param>
    private sealed record Operand(PropertyModel Model, DataCodec Codec, bool ThrowsOnNull)
    {
        public string Field => Model.StorageName;

        public Type Type { get; } = Nullable.GetUnderlyingType(Model.Type) ?? Model.Type;
    }

    /// <summary>A comparison of something of the record with a value; a condition may be what is compared with true or false.</summary>
    private bool TryCompare(ExpressionType comparison, Expression left, object? value, [NotNullWhen(true)] out Filter? filter)
    {
        while (left is UnaryExpression { NodeType: ExpressionType.Convert, Method: null } lifted && lifted.Type == typeof(bool?) && lifted.Operand.Type == typeof(bool) && value is bool)
            left = lifted.Operand;
        if (TryCompareValue(comparison, left, value, out filter))
            return true;
        if (left.Type != typeof(bool) || value is not bool wanted || comparison is not (ExpressionType.Equal or ExpressionType.NotEqual))
            return false;
        filter = wanted == (comparison == ExpressionType.Equal) ? Condition(left) : Filter.Not(Condition(left));
        return true;
    }

    private bool TryCompareValue(ExpressionType comparison, Expression left, object? value, [NotNullWhen(true)] out Filter? filter)
    {
        filter = left switch
        {
            ConditionalExpression choice when _expressions.Depends(choice.Test) && Branch(comparison, choice.IfTrue, value) is { } yes && Branch(comparison, choice.IfFalse, value) is { } no =>
                Choice(Condition(choice.Test), yes, no),
            BinaryExpression { NodeType: ExpressionType.Coalesce, Conversion: null } coalesce => Coalesce(comparison, coalesce.Left, coalesce.Right, value),
            MethodCallExpression { Method.Name: nameof(Nullable<int>.GetValueOrDefault), Object: { } nullable } call when Nullable.GetUnderlyingType(nullable.Type) is { } type =>
                Coalesce(comparison, nullable, call.Arguments is [var other] ? other : Expression.Default(type), value),
            MethodCallExpression { Method.Name: nameof(IComparable.CompareTo), Object: { } compared, Arguments: [var with] } when value is 0 && !_expressions.Depends(with) =>
                Ordered(comparison, compared, RecordExpressions.Evaluate(with)),
            _ when Length(left) is { } array => NumberOfElements(comparison, array, value),
            _ when Property(left) is { } property => Compare(comparison, property, value, left),
            _ => null,
        };
        return filter is not null;
    }

    private Filter? Branch(ExpressionType comparison, Expression side, object? value) => !_expressions.Depends(side)
        ? RecordExpressions.Evaluate(Expression.MakeBinary(comparison, side, Expression.Constant(value, side.Type))) is true ? FieldLeaves.True : FieldLeaves.False
        : TryCompare(comparison, side, value, out var filter) ? filter : null;

    private Filter? Coalesce(ExpressionType comparison, Expression nullable, Expression instead, object? value)
    {
        if (Property(nullable) is not { } property || Branch(comparison, nullable, value) is not { } itself || Branch(comparison, instead, value) is not { } other)
            return null;
        var found = Filter.And(FieldLeaves.IsNotNull(property.Field), itself);
        return property.ThrowsOnNull ? found : Filter.Or(found, Filter.And(FieldLeaves.IsNull(property.Field), other));
    }

    /// <summary><c>a.CompareTo(b)</c> against 0, for types whose order is that of the index. That of strings depends on a culture.</summary>
    private Filter? Ordered(ExpressionType comparison, Expression compared, object? with) =>
        Property(compared) is { } property && property.Type != typeof(string) && !property.Codec.IsArray && with is not null && with.GetType() == property.Type && !IsNaN(with)
            ? Filter.And(FieldLeaves.IsNotNull(property.Field), Compare(comparison, property, with, compared))
            : null;

    private static Filter Compare(ExpressionType comparison, Operand property, object? value, Expression node)
    {
        var filter = CompareNullable(comparison, property, value, node);
        // Every other comparison is false on null anyway.
        return property.ThrowsOnNull && (value is null || comparison == ExpressionType.NotEqual) ? Filter.And(FieldLeaves.IsNotNull(property.Field), filter) : filter;
    }

    private static Filter CompareNullable(ExpressionType comparison, Operand property, object? value, Expression node)
    {
        if (value is null)
        {
            return comparison switch
            {
                ExpressionType.Equal => FieldLeaves.IsNull(property.Field),
                ExpressionType.NotEqual => FieldLeaves.IsNotNull(property.Field),
                _ => FieldLeaves.False,
            };
        }

        if (property.Codec.IsArray || property.Type == typeof(byte[]))
        {
            return value.GetType() == property.Type && comparison is ExpressionType.Equal or ExpressionType.NotEqual
                ? FieldLeaves.Compare(comparison, property.Field, property.Codec, value)
                : throw Unsupported(node);
        }

        if (value.GetType() != property.Type)
        {
            if (!NumericConversion.IsExact(property.Type, value.GetType()))
                throw Unsupported(node);
            (comparison, object? narrowed, bool always) = NumericConversion.Narrow(comparison, value, property.Type);
            if (narrowed is null)
                return !always ? FieldLeaves.False : comparison == ExpressionType.NotEqual ? FieldLeaves.True : FieldLeaves.IsNotNull(property.Field);
            value = narrowed;
        }

        return FieldLeaves.Compare(comparison, property.Field, property.Codec, value);
    }

    private static Filter? NumberOfElements(ExpressionType comparison, Operand array, object? value)
    {
        if (value is not int number)
            return null;
        bool none = Comparisons.Holds(comparison, 0, number);
        bool one = Comparisons.Holds(comparison, 1, number);
        // Whether there are any is all that an index knows of the number of elements.
        if (one != Comparisons.Holds(comparison, 2, number) || one != Comparisons.Holds(comparison, int.MaxValue, number) || (number > 0 && one != Comparisons.Holds(comparison, number, number)))
            return null;
        if (none == one)
            return none ? FieldLeaves.IsNotNull(array.Field) : FieldLeaves.False;
        return none ? IsEmpty(array) : IsNotEmpty(array);
    }

    private static Filter IsEmpty(Operand array) => Filter.Eq(array.Field, MetadataValue.FromArray());

    private static Filter IsNotEmpty(Operand array) => Filter.Neq(array.Field, MetadataValue.FromArray());

    private Operand? Length(Expression node)
    {
        var source = node switch
        {
            UnaryExpression { NodeType: ExpressionType.ArrayLength, Operand: var array } => array,
            MemberExpression { Member.Name: nameof(List<int>.Count), Expression: { } list } => list,
            MethodCallExpression { Method: { Name: nameof(Enumerable.Count), DeclaringType: var type }, Arguments: [var sequence] } when type == typeof(Enumerable) => sequence,
            _ => null,
        };
        return source is not null && Property(source) is { Codec.IsArray: true } property ? property : null;
    }

    /// <summary>The property that an expression reads, through conversions that change no value; null when it is something else.</summary>
    private Operand? Property(Expression node)
    {
        var inner = node;
        var casts = new List<Type>();
        bool throwsOnNull = false;
        while (true)
        {
            if (inner is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked or ExpressionType.TypeAs } convert && convert.Method is null or { Name: "op_Implicit" or "op_Explicit" })
            {
                casts.Add(convert.Type);
                throwsOnNull |= convert.NodeType != ExpressionType.TypeAs && !IsNullable(convert.Type) && IsNullable(convert.Operand.Type);
                inner = convert.Operand;
            }
            else if (inner is MemberExpression { Member.Name: nameof(Nullable<int>.Value), Expression: { } nullable } && Nullable.GetUnderlyingType(nullable.Type) is not null)
            {
                inner = nullable;
                throwsOnNull = true;
            }
            else
            {
                break;
            }
        }

        if (NameOf(inner) is not { } name)
            return null;
        if (!model.Model.PropertyMap.TryGetValue(name, out var property))
            throw new InvalidOperationException($"The filter names the property '{name}', which the model of the collection does not have.");
        if (property is VectorPropertyModel)
            throw Unsupported(node);
        var operand = new Operand(property, model.CodecOf(property), throwsOnNull);
        casts.Reverse();
        var current = operand.Type;
        foreach (var cast in casts)
        {
            var target = Nullable.GetUnderlyingType(cast) ?? cast;
            if (target == current || (!target.IsValueType && target.IsAssignableFrom(current)))
                continue;
            // What a dictionary holds is unboxed, which takes its own type only.
            if (inner.Type == typeof(object) && current == operand.Type)
                throw new InvalidCastException($"The filter reads the property '{name}' as {target.Name}, and it is of type {operand.Type.Name}.");
            if (!NumericConversion.IsExact(current, target))
                throw Unsupported(node);
            current = target;
        }

        return operand;
    }

    private string? NameOf(Expression node) => node switch
    {
        MemberExpression { Expression: var owner, Member.Name: var name } when IsRecord(owner) => name,
        MethodCallExpression { Method.Name: "get_Item", Object: var owner, Arguments: [var name] } when IsRecord(owner) && !_expressions.Depends(name) =>
            RecordExpressions.Evaluate(name) as string,
        _ => null,
    };

    private bool IsRecord(Expression? node)
    {
        while (node is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.TypeAs, Method: null } convert)
            node = convert.Operand;
        return node is not null && node == _record;
    }

    private static bool IsNullable(Type type) => !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;

    private static bool IsNaN(object value) => value is double.NaN or float.NaN || (value is Half half && Half.IsNaN(half));
}
