using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using IqdbFlat.Docs.Tests.Markdown;

namespace IqdbFlat.Docs.Tests;

/// <summary>docs/API.md names all that is public.</summary>
public sealed partial class ApiDocumentTests
{
    private static readonly HashSet<string> Words = [.. Word().Matches(Repository.Read("docs/API.md")).Select(match => match.Value)];

    private static readonly HashSet<string> WordsOfExamples =
    [
        .. MarkdownDocument.Read("docs/API.md").Blocks.Where(block => block.Language == "csharp").SelectMany(block => Word().Matches(block.Code)).Select(match => match.Value),
    ];

    public static TheoryData<string> AssemblyNames => [.. PublicSurface.AssemblyNames];

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Every_public_type_is_named(string assembly) => Assert.Empty(PublicSurface.TypesOf(assembly).Select(NameOf).Where(name => !Words.Contains(name)).Distinct());

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Every_public_type_stands_in_an_example(string assembly) => Assert.Empty(
        PublicSurface.TypesOf(assembly).Where(type => !WordsOfExamples.Contains(NameOf(type)) && !ExtensionMethods(type).Any(WordsOfExamples.Contains)).Select(NameOf));

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Every_public_member_is_named(string assembly) => Assert.Empty(
        PublicSurface.TypesOf(assembly).SelectMany(type => Members(type).Where(name => !Words.Contains(name)).Select(name => $"{NameOf(type)}.{name}")).Distinct());

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    private static IEnumerable<string> ExtensionMethods(Type type) =>
        type.GetMethods().Where(method => method.IsDefined(typeof(ExtensionAttribute))).Select(method => method.Name);

    /// <summary>The names of a type's members, but for those that every type has.</summary>
    private static IEnumerable<string> Members(Type type) => PublicSurface.MembersOf(type)
        .Where(member => member is not MethodBase { IsSpecialName: true })
        .Select(member => member.Name)
        .Where(name => name is not ("Equals" or "GetHashCode" or "ToString" or "CompareTo" or "Deconstruct" or "GetEnumerator" or "value__" or "Item"));

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
