using System.ComponentModel;
using System.Runtime.InteropServices;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>Sends signals by kill(2).</summary>
internal static partial class Signals
{
    /// <summary>Sends a signal to a process that this one has started and not yet seen end.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: this system has no signals.</exception>
    public static void Send(int processId, Signal signal)
    {
        if (OperatingSystem.IsWindows())
            throw FlatIndexException.InvalidConfig("processes are killed and suspended by signals, which Windows does not have");
        if (Kill(processId, Number(signal)) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot send {signal} to process {processId}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static int Number(Signal signal) => signal switch
    {
        Signal.Quit => 3,
        Signal.Kill => 9,
        Signal.Terminate => 15,
        Signal.Suspend => OperatingSystem.IsMacOS() ? 17 : 19,
        Signal.Resume => OperatingSystem.IsMacOS() ? 19 : 18,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
