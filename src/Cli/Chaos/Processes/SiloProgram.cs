using System.Diagnostics;
using System.Runtime.InteropServices;
using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>How a silo's process is started.</summary>
/// <param name="Assembly">The program.</param>
/// <param name="NetworkNamespace">The network namespace that it runs in (Linux, as root); null for this process's own.</param>
internal sealed record SiloProgram(string Assembly, string? NetworkNamespace = null)
{
    /// <summary>The silo that was built with this tool.</summary>
    public static SiloProgram Built { get; } = new(typeof(SiloHost).Assembly.Location);

    /// <summary>The command, by the runtime that runs this process: no search path, no launcher has to agree.</summary>
    public ProcessStartInfo Command()
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        string[] words = [dotnet, "exec", Assembly];
        if (NetworkNamespace is not null)
            words = ["ip", "netns", "exec", NetworkNamespace, .. words];
        var command = new ProcessStartInfo(words[0], words[1..]);

        // Several silos share a machine and start often: one heap each, and no time spent on code that does not live long enough to pay it back.
        command.Environment["DOTNET_gcServer"] = "0";
        command.Environment["DOTNET_TieredPGO"] = "0";
        return command;
    }
}
