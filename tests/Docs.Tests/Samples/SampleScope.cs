namespace IqdbFlat.Docs.Tests.Samples;

/// <summary>The file that is compiled beside a block. The documents tell readers what it holds.</summary>
internal static class SampleScope
{
    /// <summary>The class whose fields are the variables in scope.</summary>
    public const string ClassName = "SampleVariables";

    // What every project with implicit usings has, and a Console of this program alone: a name of the program's own comes before an imported one.
    private const string Always = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    private const string Namespaces = """
        global using IqdbFlat.Abstractions;
        global using IqdbFlat.Client;
        global using IqdbFlat.Engine;
        global using static SampleVariables;

        """;

    private const string Console = """
        internal static class Console
        {
            public static System.IO.TextWriter Out = System.IO.TextWriter.Null;
            public static System.IO.TextWriter Error => System.IO.TextWriter.Null;
            public static void Write(object? value) => Out.Write(value);
            public static void WriteLine(object? value) => Out.WriteLine(value);
        }

        """;

    private const string Cluster = "Orleans.IClusterClient cluster";

    private const string Client = "IqdbFlat.Client.IFlatIndexClient client";

    public static string Source(SampleMode mode) => mode switch
    {
        SampleMode.Program or SampleMode.Silo or SampleMode.Host => Always + Console + Variables(),
        SampleMode.Index => Always + Namespaces + Console + Variables("IqdbFlat.Engine.FlatIndex index"),
        SampleMode.Client => Always + Namespaces + Console + Variables(Cluster, Client),
        SampleMode.Handle => Always + Namespaces + Console + Variables(Cluster, Client, "IqdbFlat.Client.IFlatIndex index"),
        _ => Always + Namespaces + Console + Variables(),
    };

    private static string Variables(params ReadOnlySpan<string> variables)
    {
        string fields = "";
        foreach (string variable in variables)
            fields += $"    public static {variable} = null!;\n";
        return $"internal static class {ClassName}\n{{\n{fields}}}\n";
    }
}
