using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IqdbFlat.Cli.Cluster;

/// <summary>This tool again, as a process of its own, by the runtime that runs this process: no search path, no launcher has to agree.</summary>
internal static class SelfProcess
{
    /// <summary>What starts the tool with these arguments.</summary>
    public static ProcessStartInfo With(params ReadOnlySpan<string> arguments)
    {
        string dotnet = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        var start = new ProcessStartInfo(Path.GetFullPath(dotnet)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "iqdbflat.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
