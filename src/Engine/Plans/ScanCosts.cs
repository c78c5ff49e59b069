namespace IqdbFlat.Engine.Plans;

/// <summary>
/// What this machine takes to bring rows to the kernel, in nanoseconds: by a stream, one row after the other, and by gathering, each row by its
/// place. Estimates for <see cref="BlockCosts"/>; they decide how fast an answer comes and never which.
/// </summary>
/// <param name="StreamRow">A row of a stream, whatever its size.</param>
/// <param name="StreamByte">A byte of a stream.</param>
/// <param name="GatherRow">A gathered row, whatever its size.</param>
/// <param name="GatherByte">A byte of a gathered row.</param>
/// <param name="Run">The start of a stream: a call, and a row that no prefetch asked for.</param>
/// <param name="ThreadBandwidth">Bytes a second that one of all scan threads reads while all of them read; 0 where that was not measured.</param>
internal sealed record ScanCosts(double StreamRow, double StreamByte, double GatherRow, double GatherByte, double Run, double ThreadBandwidth = 0)
{
    private static readonly Lazy<ScanCosts> Machine = new(() => ScanCalibration.Run(Environment.ProcessorCount, TimeProvider.System));

    /// <summary>The costs of this machine, measured once in a process, when they are first asked for.</summary>
    public static ScanCosts OfThisMachine => Machine.Value;
}
