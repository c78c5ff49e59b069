using System.Globalization;
using System.Runtime.InteropServices;

namespace IqdbFlat.Cli.Bench;

/// <summary>Resident memory of this process as the system counts it: now, and the most since it was asked to forget. Linux only; 0 elsewhere.</summary>
internal static unsafe partial class ProcessMemory
{
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    /// <summary>Resident bytes now.</summary>
    public static long Resident => Read("VmRSS:");

    /// <summary>The most resident bytes since the start, or since <see cref="ForgetPeak"/>.</summary>
    public static long Peak => Read("VmHWM:");

    /// <summary>Lets the peak begin anew from what is resident now.</summary>
    public static void ForgetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>
    /// Takes memory, in huge pages as rows do, writes to each page, and gives it back; nothing where there is none to take. A virtual machine may have given free memory back to its
    /// host, and then the first touch of a page waits for the host, many times longer than for the system: that is done here, so that it is not measured.
    /// </summary>
    public static void Touch(long bytes)
    {
        if (bytes <= 0 || !OperatingSystem.IsLinux())
            return;
        byte* block = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, HugePage);
        _ = Advise((nint)block, (nuint)bytes, AdviseHugePages);
        for (long at = 0; at < bytes; at += Environment.SystemPageSize)
            block[at] = 1;
        NativeMemory.AlignedFree(block);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint bytes, int advice);

    private static long Read(string field)
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
