using System.ComponentModel;
using System.Globalization;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>The children of a process, and theirs, as /proc tells.</summary>
internal static class ProcessFamily
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>All descendants of a process. Empty where the system has no /proc.</summary>
    public static int[] Of(int processId)
    {
        var children = Parents().ToLookup(pair => pair.Parent, pair => pair.Child);
        var family = new List<int>();
        var next = new Queue<int>([processId]);
        while (next.TryDequeue(out int parent))
        {
            foreach (int child in children[parent])
            {
                family.Add(child);
                next.Enqueue(child);
            }
        }

        return [.. family];
    }

    /// <summary>Sends a signal to each that is still there.</summary>
    public static void Send(ReadOnlySpan<int> family, Signal signal)
    {
        foreach (int member in family)
        {
            try
            {
                Signals.Send(member, signal);
            }
            catch (Win32Exception)
            {
                // It has ended by itself.
            }
        }
    }

    /// <summary>Kills all and waits until none runs.</summary>
    public static async Task KillAsync(int[] family)
    {
        Send(family, Signal.Kill);
        using var interval = new PeriodicTimer(Interval);
        while (family.Any(IsRunning) && await interval.WaitForNextTickAsync())
        {
            // What holds a killed process for a moment is the kernel's own.
        }
    }

    private static bool IsRunning(int processId) => Stat(processId) is ['R' or 'S' or 'D' or 'T' or 't' or 'I', ..];

    private static IEnumerable<(int Parent, int Child)> Parents()
    {
        foreach (string folder in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int child) && Stat(child) is { } stat)
                yield return (int.Parse(stat.Split(' ')[1], CultureInfo.InvariantCulture), child);
        }
    }

    /// <summary>The state of a process, its parent and more; null where there is none. The name before them, in parentheses, may hold anything.</summary>
    private static string? Stat(int processId)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
