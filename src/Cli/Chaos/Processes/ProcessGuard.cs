using System.Diagnostics;
using System.Globalization;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>
/// Sees to it that no process outlives this one, however this one ends: a shell that is told which processes there are, and kills them when
/// its standard input ends.
/// </summary>
internal sealed class ProcessGuard : IDisposable
{
    private const string Script = """
        trap '' INT
        kept=''
        while read -r verb id; do
          rest=''
          for one in $kept; do [ "$one" = "$id" ] || rest="$rest $one"; done
          kept=$rest
          [ "$verb" = keep ] && kept="$kept $id"
        done
        for one in $kept; do kill -9 "$one" 2>/dev/null; done
        """;

    private readonly Process _shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true })!;
    private readonly Lock _gate = new();

    /// <summary>The process is killed when this one ends.</summary>
    public void Keep(int processId) => Say("keep", processId);

    /// <summary>The process has ended: its number may be another's by now.</summary>
    public void Forget(int processId) => Say("drop", processId);

    /// <summary>Kills what is still kept.</summary>
    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Say(string verb, int processId)
    {
        lock (_gate)
        {
            _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {processId}"));
            _shell.StandardInput.Flush();
        }
    }
}
