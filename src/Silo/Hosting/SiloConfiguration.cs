namespace IqdbFlat.Silo.Hosting;

/// <summary>Where a silo's settings come from, the later over the earlier.</summary>
internal static class SiloConfiguration
{
    private static readonly string[] Sections = [IqdbFlatSiloOptions.Section, "Logging"];

    /// <summary>appsettings.json beside the program, appsettings.json in the current folder, environment, command line.</summary>
    public static void Compose(ConfigurationManager configuration, string[] args)
    {
        configuration.Sources.Clear();
        AddFile(configuration, AppContext.BaseDirectory);
        AddFile(configuration, Environment.CurrentDirectory);
        configuration.AddEnvironmentVariables();
        CheckArguments(args);
        configuration.AddCommandLine(args);
    }

    // The provider would skip what it does not understand.
    private static void CheckArguments(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (!Sections.Any(section => args[i].StartsWith($"--{section}:", StringComparison.OrdinalIgnoreCase)))
            {
                throw FlatIndexException.InvalidConfig(
                    $"arguments are settings, as in --{IqdbFlatSiloOptions.Section}:Silo:HttpPort 8080, found '{args[i]}'");
            }

            if (!args[i].Contains('=', StringComparison.Ordinal) && ++i == args.Length)
                throw FlatIndexException.InvalidConfig($"the setting {args[^1]} has no value");
        }
    }

    private static void AddFile(ConfigurationManager configuration, string folder)
    {
        string file = Path.Combine(folder, "appsettings.json");
        try
        {
            configuration.AddJsonFile(file, optional: true, reloadOnChange: false);
        }
        catch (InvalidDataException error)
        {
            string why = (error.InnerException?.InnerException ?? error.InnerException ?? error).Message.TrimEnd('.');
            throw new FlatIndexException(FlatIndexException.InvalidConfig($"{file} cannot be read: {why}").Error, error);
        }
    }
}
