using System.Diagnostics;

namespace IqdbFlat.Bench.VectorData;

/// <summary>Runs what is compared in turns before any of it is measured, so that the compiler has done with all of it and the order of the cases does not show.</summary>
internal static class WarmUp
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    public static async Task InTurnsAsync(params Func<Task<int>>[] cases)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Time;)
        {
            foreach (var one in cases)
                await one();
        }
    }
}
