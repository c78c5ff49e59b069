namespace IqdbFlat.Silo.Servers;

/// <summary>The scripts of deploy/sql, which the assembly carries.</summary>
internal static class Scripts
{
    /// <summary>The text of a script.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(Scripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
