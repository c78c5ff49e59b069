using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Docs.Tests.Markdown;
using IqdbFlat.Engine;
using IqdbFlat.Grains;
using IqdbFlat.Silo;

namespace IqdbFlat.Docs.Tests;

/// <summary>docs/API.md names all that is public.</summary>
public sealed partial class ApiDocumentTests
{
    private static readonly HashSet<string> Words = [.. Word().Matches(Repository.Read("docs/API.md")).Select(match => match.Value)];

    private static readonly HashSet<string> WordsOfExamples =
    [
        .. MarkdownDocument.Read("docs/API.md").Blocks.Where(block => block.Language == "csharp").SelectMany(block => Word().Matches(block.Code)).Select(match => match.Value),
    ];

    private static readonly Assembly[] Assemblies =
    [
        typeof(FlatIndex).Assembly, typeof(IndexSettings).Assembly, typeof(IFlatIndexClient).Assembly, typeof(IqdbFlatGrainsOptions).Assembly, typeof(SiloHost).Assembly,
    ];

    public static TheoryData<string> AssemblyNames => [.. Assemblies.Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Every_public_type_is_named(string assembly) => Assert.Empty(PublicTypes(assembly).Select(NameOf).Where(name => !Words.Contains(name)).Distinct());

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Every_public_type_stands_in_an_example(string assembly) => Assert.Empty(
        PublicTypes(assembly).Where(type => !WordsOfExamples.Contains(NameOf(type)) && !ExtensionMethods(type).Any(WordsOfExamples.Contains)).Select(NameOf));

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Every_public_member_is_named(string assembly) => Assert.Empty(
        PublicTypes(assembly).SelectMany(type => Members(type).Where(name => !Words.Contains(name)).Select(name => $"{NameOf(type)}.{name}")).Distinct());

    private static IEnumerable<Type> PublicTypes(string assembly) => Assemblies.Single(candidate => candidate.GetName().Name == assembly)
        .GetExportedTypes()
        .Where(type => type.Namespace?.StartsWith("IqdbFlat", StringComparison.Ordinal) == true || type.Namespace == "Orleans.Hosting")
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.Name[0] != '<');

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    private static IEnumerable<string> ExtensionMethods(Type type) =>
        type.GetMethods().Where(method => method.IsDefined(typeof(ExtensionAttribute))).Select(method => method.Name);

    /// <summary>What a person wrote into the type: not what records, operators and accessors bring along.</summary>
    private static IEnumerable<string> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
        .Where(member => member is not MethodBase { IsSpecialName: true } and not TypeInfo && !member.Name.Contains('<', StringComparison.Ordinal))
        .Select(member => member.Name.Split('.')[^1])
        .Where(name => name is not ("Equals" or "GetHashCode" or "ToString" or "CompareTo" or "Deconstruct" or "GetEnumerator" or "value__" or "Item"));

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
