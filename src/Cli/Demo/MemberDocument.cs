namespace IqdbFlat.Cli.Demo;

/// <summary>One documented member of .NET.</summary>
/// <param name="Assembly">The assembly whose documentation names it, such as <c>System.Runtime</c>.</param>
/// <param name="Namespace">Its namespace, empty for the global one.</param>
/// <param name="Type">The type that has it, nested ones with a point: <c>List.Enumerator</c>; for a type, its own name.</param>
/// <param name="Name">Its own name: <c>ReadAllText</c>; <c>List</c> for a type, and for its constructor.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Parameters">The number of its parameters.</param>
/// <param name="Summary">Its summary as plain text on one line; empty when it has none.</param>
internal sealed record MemberDocument(
    string Assembly, string Namespace, string Type, string Name, MemberKind Kind, int Parameters, string Summary)
{
    /// <summary>The name for people: <c>File.ReadAllText</c>.</summary>
    public string DisplayName => Kind == MemberKind.Type ? Type : $"{Type}.{Name}";
}
