using System.Globalization;
using System.Reflection;

namespace IqdbFlat.Docs.Tests.Surface;

/// <summary>Types and members as lines of text: what a caller's source or binary depends on.</summary>
internal static class Signature
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static IEnumerable<string> LinesOf(Type type)
    {
        string name = type.FullName!;
        string bases = string.Join(", ", Bases(type).Order(StringComparer.Ordinal));
        yield return $"{Kind(type)} {name}{(bases.Length > 0 ? $" : {bases}" : "")}";
        var members = type.IsEnum
            ? Enum.GetNames(type).Select(value => $"{value} = {Convert.ToInt64(Enum.Parse(type, value), CultureInfo.InvariantCulture)}")
            : PublicSurface.MembersOf(type).Select(Of);
        foreach (string member in members.Order(StringComparer.Ordinal))
            yield return $"{name}.{member}";
    }

    private static IEnumerable<string> Bases(Type type) => type.IsEnum
        ? [Name(Enum.GetUnderlyingType(type))]
        : [.. type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [Name(parent)] : Array.Empty<string>(), .. type.GetInterfaces().Select(Name)];

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => type.IsByRefLike ? "ref struct" : "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        _ => type.IsSealed ? "sealed class" : "class",
    };

    private static string Of(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"{field.Name}: const {Name(field.FieldType)} = {field.GetRawConstantValue()}",
        FieldInfo field => $"{field.Name}: {Static(field.IsStatic)}{Name(field.FieldType)}",
        PropertyInfo property => $"{property.Name}{Parameters(property.GetIndexParameters(), "[", "]")}: {Static(property.GetMethod!.IsStatic)}{Nullable(property)} {{ get;{Setter(property)} }}",
        ConstructorInfo constructor => $"new{Parameters(constructor.GetParameters())}",
        MethodInfo method => $"{method.Name}{Generic(method)}{Parameters(method.GetParameters())}: {Static(method.IsStatic)}{Nullable(method.ReturnParameter)}",
        EventInfo one => $"{one.Name}: event {Name(one.EventHandlerType!)}",
        _ => member.Name,
    };

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Setter(PropertyInfo property) => property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? " init;" : " set;";

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(ParameterInfo[] parameters, string open = "(", string close = ")") =>
        parameters.Length == 0 && open == "[" ? "" : $"{open}{string.Join(", ", parameters.Select(Parameter))}{close}";

    private static string Parameter(ParameterInfo parameter) =>
        $"{Nullable(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}";

    private static string Nullable(ParameterInfo parameter) => Annotated(parameter.ParameterType, Nullability.Create(parameter));

    private static string Nullable(PropertyInfo property) => Annotated(property.PropertyType, Nullability.Create(property));

    private static string Annotated(Type type, NullabilityInfo info) => Name(type) + (!type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "");

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return $"ref {Name(type.GetElementType()!)}";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (type.IsPointer)
            return $"{Name(type.GetElementType()!)}*";
        if (!type.IsGenericType)
            return type.IsGenericParameter ? type.Name : $"{type.Namespace}.{type.Name}";
        return $"{type.Namespace}.{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
