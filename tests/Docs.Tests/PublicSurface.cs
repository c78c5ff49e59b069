using System.Reflection;
using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains;
using IqdbFlat.Silo;
using IqdbFlat.VectorData;

namespace IqdbFlat.Docs.Tests;

/// <summary>What the assemblies that others reference make public.</summary>
internal static class PublicSurface
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(FlatIndex).Assembly, typeof(IndexSettings).Assembly, typeof(IFlatIndexClient).Assembly, typeof(IqdbFlatGrainsOptions).Assembly, typeof(SiloHost).Assembly,
        typeof(IqdbFlatVectorStore).Assembly,
    ];

    public static IEnumerable<string> AssemblyNames => Assemblies.Select(assembly => assembly.GetName().Name!);

    /// <summary>The public types that a person wrote, in the order of their names.</summary>
    public static IEnumerable<Type> TypesOf(string assembly) => Assemblies.Single(candidate => candidate.GetName().Name == assembly)
        .GetExportedTypes()
        .Where(type => type.Namespace?.StartsWith("IqdbFlat", StringComparison.Ordinal) == true || type.Namespace == "Orleans.Hosting")
        .Where(type => !IsGenerated(type) && type.Name[0] != '<')
        .OrderBy(type => type.FullName, StringComparer.Ordinal);

    /// <summary>The members of a type that can be used from outside, without what records and accessors bring along.</summary>
    public static IEnumerable<MemberInfo> MembersOf(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(member => !IsGenerated(member) && member is not Type && !member.Name.Contains('<', StringComparison.Ordinal))
        .Where(member => member is not MethodInfo { IsSpecialName: true } method || method.Name.StartsWith("op_", StringComparison.Ordinal));

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute));
}
