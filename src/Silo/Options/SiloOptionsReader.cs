using System.Reflection;

namespace IqdbFlat.Silo;

/// <summary>Reads a silo's settings out of a configuration. A setting that does not exist or cannot be read is an error that names it.</summary>
internal static class SiloOptionsReader
{
    /// <summary>Reads the section <see cref="IqdbFlatSiloOptions.Section"/>.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>, in one sentence.</exception>
    public static IqdbFlatSiloOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(IqdbFlatSiloOptions.Section);
        CheckNames(section, typeof(IqdbFlatSiloOptions));
        try
        {
            return section.Get<IqdbFlatSiloOptions>() ?? new();
        }
        catch (InvalidOperationException error)
        {
            // The binder's message names the setting, the value and the type that it should have.
            throw new FlatIndexException(FlatIndexException.InvalidConfig(error.Message.TrimEnd('.')).Error, error);
        }
    }

    // A misspelt setting would otherwise be the default, silently.
    private static void CheckNames(IConfigurationSection section, Type options)
    {
        var settings = options.GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!settings.TryGetValue(child.Key, out var setting))
            {
                throw FlatIndexException.InvalidConfig(
                    $"there is no setting {child.Path}; {section.Path} has {string.Join(", ", settings.Values.Select(p => p.Name))}");
            }

            if (setting.PropertyType is { IsClass: true } nested && nested != typeof(string))
                CheckNames(child, nested);
        }
    }
}
