using System.Reflection;
using IqdbFlat.Silo;

namespace IqdbFlat.Docs.Tests;

/// <summary>docs/OPERATIONS.md has every setting of a silo, with its default.</summary>
public sealed class OperationsDocumentTests
{
    [Fact]
    public void Every_setting_has_a_row_with_its_default()
    {
        string document = Repository.Read("docs/OPERATIONS.md");

        Assert.All(
            Settings(new IqdbFlatSiloOptions(), ""),
            setting => Assert.Contains($"| `{setting.Name}` | {setting.Default} |", document));
    }

    private static IEnumerable<(string Name, string Default)> Settings(object section, string prefix)
    {
        foreach (var property in section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            object value = property.GetValue(section)!;
            if (property.PropertyType.IsClass && property.PropertyType != typeof(string))
            {
                foreach (var nested in Settings(value, $"{prefix}{property.Name}:"))
                    yield return nested;
            }
            else
            {
                yield return ($"{prefix}{property.Name}", value is "" ? "empty" : $"`{value}`");
            }
        }
    }
}
