namespace IqdbFlat.Grains.Indexes;

/// <summary>How long an index that is being restored waits for its next rows. Known to one activation only: another one finds none, and drops the index.</summary>
internal sealed class RestoreLease(TimeProvider time, string incarnation, TimeSpan length)
{
    private long _renewed = time.GetTimestamp();

    /// <summary>The incarnation that is being restored.</summary>
    public string Incarnation => incarnation;

    /// <summary>Whether nobody has been heard of for the length of the lease.</summary>
    public bool HasEnded => time.GetElapsedTime(_renewed) > length;

    /// <summary>Begins the lease anew.</summary>
    public void Renew() => _renewed = time.GetTimestamp();
}
