using System.Text.Json;

namespace IqdbFlat.Docs.Tests.Packages;

/// <summary>The licences that packages may have, each with its reason: deploy/package/licences.json.</summary>
internal sealed record LicenceList(IReadOnlyDictionary<string, string> Licences, IReadOnlyList<KnownPackage> Packages)
{
    public const string File = "deploy/package/licences.json";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    public static LicenceList Read() => JsonSerializer.Deserialize<LicenceList>(Repository.Read(File), Form)!;

    /// <summary>What is wrong with a package's licence, in one sentence; null when it may be used.</summary>
    public string? Problem(UsedPackage package)
    {
        string licence = Packages.FirstOrDefault(known => known.Id == package.Id && known.Found == package.Licence) is { } known ? $"expression {known.Licence}" : package.Licence;
        return licence.StartsWith("expression ", StringComparison.Ordinal) && Allows(licence["expression ".Length..])
            ? null
            : $"{package.Id} {package.Version}: expected a licence of {File}, found '{package.Licence}'";
    }

    // One of several at the user's choice is enough; of several that hold together, all. Nested and WITH expressions are for a person to read.
    private bool Allows(string expression) => expression.Split(" OR ").Any(choice => choice.Split(" AND ").All(Licences.ContainsKey));
}

/// <summary>A package that names no expression, and what a person found its licence to be. Another text or address is unknown again.</summary>
internal sealed record KnownPackage(string Id, string Found, string Licence, string Why);
