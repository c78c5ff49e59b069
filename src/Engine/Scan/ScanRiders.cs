namespace IqdbFlat.Engine.Scan;

/// <summary>The searches that ride a pass together, until one gets on or off: what runs a chunk of it. Used by any number of threads.</summary>
internal sealed class ScanRiders(ScanJob[] jobs)
{
    private readonly SnapshotSearch[] _searches = Array.ConvertAll(jobs, job => job.Search);
    private readonly bool _asTile = SnapshotSearch.IsWorthTile(Array.ConvertAll(jobs, job => job.Search));

    /// <summary>The searches.</summary>
    public ReadOnlySpan<ScanJob> Jobs => jobs;

    /// <summary>Runs a chunk on a thread: for one search by itself, for several as a tile or one after the other. What goes wrong for one of them fails it and no other.</summary>
    public void Run(int chunk, int thread, TileScan tile, ScanWorker?[] workers)
    {
        if (!_asTile)
        {
            foreach (var job in jobs)
                job.Run(chunk, thread);
            return;
        }

        int riding = 0;
        for (int i = 0; i < jobs.Length; i++)
        {
            workers[i] = jobs[i].TryBegin(thread);
            riding += workers[i] is null ? 0 : 1;
        }

        if (riding == 0)
            return;
        try
        {
            SnapshotSearch.RunChunk(chunk, _searches, workers.AsSpan(0, jobs.Length), tile, jobs[0].StopsFilter);
        }
        catch (Exception error)
        {
            // What can fail here is the filter and memory: the same for all.
            foreach (var job in jobs)
                job.Fail(error);
        }
    }
}
