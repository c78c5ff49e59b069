using System.Diagnostics;
using System.Globalization;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>
/// Sees to it that no process outlives this one, however this one ends: a shell that is told which processes there are, and kills them and
/// their children when its standard input ends.
/// </summary>
/// <param name="folder">A folder that goes with them; null for none.</param>
internal sealed class ProcessGuard(string? folder = null) : IDisposable
{
    // $1: the folder, or nothing. A process that is killed may still be making a file: then the folder is not empty, and goes with a later try.
    private const string Script = """
        trap '' INT
        kept=''
        while read -r verb id; do
          rest=''
          for one in $kept; do [ "$one" = "$id" ] || rest="$rest $one"; done
          kept=$rest
          [ "$verb" = keep ] && kept="$kept $id"
        done
        for one in $kept; do kill -9 "$one" $(cat "/proc/$one/task/$one/children"); done 2>/dev/null
        [ -z "$1" ] && exit
        for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && exit; sleep 0.2; done
        """;

    private readonly Process _shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "guard", folder ?? ""]) { RedirectStandardInput = true })!;
    private readonly Lock _gate = new();
    private bool _hasEnded;

    /// <summary>The process is killed when this one ends.</summary>
    public void Keep(int processId)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_hasEnded, this);
            Say("keep", processId);
        }
    }

    /// <summary>The process has ended: its number may be another's by now.</summary>
    public void Forget(int processId)
    {
        lock (_gate)
        {
            if (!_hasEnded)
                Say("drop", processId);
        }
    }

    /// <summary>Kills what is still kept.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;
            _hasEnded = true;
            _shell.StandardInput.Close();
            _shell.WaitForExit();
            _shell.Dispose();
        }
    }

    private void Say(string verb, int processId)
    {
        _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {processId}"));
        _shell.StandardInput.Flush();
    }
}
