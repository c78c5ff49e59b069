using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace IqdbFlat.VectorData.Filters;

/// <summary>Which parts of a filter's tree depend on the record, and what the others are worth.</summary>
internal sealed class RecordExpressions : ExpressionVisitor
{
    private readonly HashSet<Expression> _dependent = new(ReferenceEqualityComparer.Instance);
    private bool _found;

    /// <summary>Looks through a tree. A node depends on the record when a lambda's parameter lies in it.</summary>
    public void Mark(Expression tree) => Visit(tree);

    public bool Depends(Expression node) => _dependent.Contains(node);

    public override Expression? Visit(Expression? node)
    {
        // A tree too deep for the stack is an exception that can be caught, not the end of the process.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is null)
            return null;
        bool before = _found;
        _found = node is ParameterExpression;
        base.Visit(node);
        if (_found)
            _dependent.Add(node);
        _found |= before;
        return node;
    }

    /// <summary>The value of a tree without parameters. What the tree throws comes out as it is.</summary>
    public static object? Evaluate(Expression node)
    {
        switch (node)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field, Expression: null }:
                return field.GetValue(null);
            case MemberExpression { Member: FieldInfo field, Expression: { } owner } when Evaluate(owner) is { } instance:
                return field.GetValue(instance);
            case NewArrayExpression { NodeType: ExpressionType.NewArrayInit } list when list.Expressions.All(element => element is ConstantExpression):
                var array = Array.CreateInstance(list.Type.GetElementType()!, list.Expressions.Count);
                for (int i = 0; i < array.Length; i++)
                    array.SetValue(((ConstantExpression)list.Expressions[i]).Value, i);
                return array;
            default:
                return Expression.Lambda<Func<object?>>(Expression.Convert(node, typeof(object))).Compile(preferInterpretation: true)();
        }
    }
}
