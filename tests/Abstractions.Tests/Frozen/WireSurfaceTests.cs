using System.Reflection;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine;
using Orleans;
using Orleans.Runtime;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>That nothing crosses the wire without a stable name and kept bytes.</summary>
public class WireSurfaceTests
{
    private static readonly Type[] Types = typeof(SearchRequest).Assembly.GetTypes();

    private static readonly Type[] Messages = [.. Types.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute)))];

    private static readonly Type[] GrainInterfaces = [.. Types.Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    private static readonly MethodInfo[] GrainMethods = [.. GrainInterfaces.SelectMany(type => type.GetMethods().Where(method => !method.IsStatic))];

    // What Orleans itself writes.
    private static readonly Type[] Primitives =
        [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(ulong), typeof(Guid), typeof(TimeSpan), typeof(string[]), typeof(int[]), typeof(CancellationToken), typeof(void)];

    [Fact]
    public void The_assembly_has_messages_and_grains()
    {
        Assert.True(Messages.Length >= 20, $"Expected at least 20 wire types, found {Messages.Length}.");
        Assert.Equal(7, GrainInterfaces.Length);
    }

    [Fact]
    public void Every_message_has_an_exemplar() => Assert.Empty(Messages.Except(Exemplars.All.Select(exemplar => exemplar.Type)));

    [Fact]
    public void Every_argument_and_answer_of_a_grain_has_an_exemplar()
    {
        var travelling = GrainMethods
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(AnswerOf(method)))
            .Select(type => Nullable.GetUnderlyingType(type) ?? type)
            .Where(type => !type.IsEnum)
            .Except(Primitives);
        Assert.Empty(travelling.Except(Exemplars.All.Select(exemplar => exemplar.Type)));
    }

    [Fact]
    public void Every_type_of_a_field_has_an_exemplar_or_is_a_number_of_its_own()
    {
        var fields = Messages.SelectMany(WireText.FieldsOf)
            .Select(TypeOf)
            .Select(type => Nullable.GetUnderlyingType(type) ?? type)
            .Select(type => type.IsArray ? type.GetElementType()! : type)
            .Where(type => type.Assembly != typeof(object).Assembly && !type.IsEnum);
        Assert.Empty(fields.Except(Exemplars.All.Select(exemplar => exemplar.Type)));
    }

    // Orleans bounds what an array promises by what is left of the message: once over, that is linear; within each other, it is a square.
    [Fact]
    public void No_element_of_an_array_holds_an_array_of_its_own()
    {
        var elements = Messages.SelectMany(WireText.FieldsOf).Select(TypeOf).Where(type => type.IsArray).Select(type => type.GetElementType()!).ToHashSet();
        Assert.Contains(typeof(HitBlock), elements);
        Assert.DoesNotContain(elements, HoldsArray);
    }

    [Fact]
    public void Names_of_exemplars_are_unique() =>
        Assert.Equal(Exemplars.All.Count, Exemplars.All.Select(exemplar => exemplar.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void No_kept_bytes_are_left_over() => Assert.Equal(
        Exemplars.All.Select(exemplar => exemplar.Name + ".hex").Order(StringComparer.Ordinal),

        // Those of a released version lie in a folder of their own, and are never written again.
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => !name.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_message_and_every_grain_has_an_alias_of_its_own()
    {
        var named = Messages.Concat(GrainInterfaces).ToList();
        var aliases = named.Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias).ToList();
        Assert.Empty(named.Where((_, i) => string.IsNullOrEmpty(aliases[i])));
        Assert.Equal(aliases.Count, aliases.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_method_of_a_grain_has_an_alias_of_its_own()
    {
        foreach (var grain in GrainMethods.GroupBy(method => method.DeclaringType))
        {
            var aliases = grain.Select(method => method.GetCustomAttribute<AliasAttribute>()?.Alias).ToList();
            Assert.DoesNotContain(null, aliases);
            Assert.Equal(aliases.Count, aliases.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public void Every_method_of_a_grain_can_be_cancelled() => Assert.All(
        GrainMethods,
        method => Assert.Equal(typeof(CancellationToken), method.GetParameters().LastOrDefault()?.ParameterType));

    [Theory]
    [MemberData(nameof(Exemplars.Names), MemberType = typeof(Exemplars))]
    public void An_exemplar_sets_every_field(string name)
    {
        var exemplar = Exemplars.Named(name);
        object blank = RuntimeHelpers.GetUninitializedObject(exemplar.Value.GetType());
        foreach (var field in WireText.FieldsOf(exemplar.Value.GetType()))
        {
            string value = WireText.Of(WireText.ValueOf(field, exemplar.Value));
            Assert.True(value is not "[]" && value != WireText.Of(WireText.ValueOf(field, blank)), $"{name}.{field.Name} has its default, {value}.");
        }
    }

    private static bool HoldsArray(Type type) =>
        type.IsArray || (Messages.Contains(type) && WireText.FieldsOf(type).Select(TypeOf).Any(field => HoldsArray(Nullable.GetUnderlyingType(field) ?? field)));

    private static Type TypeOf(MemberInfo field) => field is PropertyInfo property ? property.PropertyType : ((FieldInfo)field).FieldType;

    private static Type AnswerOf(MethodInfo method) =>
        method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(void);
}
