namespace IqdbFlat.Silo.Hosting;

/// <summary>Where a silo's settings come from, the later over the earlier.</summary>
internal static class SiloConfiguration
{
    /// <summary>appsettings.json beside the program, appsettings.json in the current folder, environment, command line.</summary>
    public static void Compose(ConfigurationManager configuration, string[] args)
    {
        configuration.Sources.Clear();
        AddFile(configuration, AppContext.BaseDirectory);
        AddFile(configuration, Environment.CurrentDirectory);
        configuration.AddEnvironmentVariables();
        try
        {
            configuration.AddCommandLine(args);
        }
        catch (FormatException error)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig(error.Message.TrimEnd('.')).Error, error);
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
