namespace IqdbFlat.Cli.Formats.Vecs;

/// <summary>
/// Writes records of the .fvecs, .ivecs and .bvecs form (see <see cref="VecsReader{T}"/>): results, one record a query, as long as its answer.
/// The file appears when <see cref="Complete"/> is called.
/// </summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="int"/> or <see cref="byte"/>.</typeparam>
internal sealed class VecsWriter<T>(string path) : IDisposable
    where T : unmanaged
{
    private readonly AtomicFile _file = new(path);

    /// <summary>Writes one record to a stream.</summary>
    public static void Write(Stream stream, ReadOnlySpan<T> values)
    {
        LittleEndianBlock.Write(stream, [values.Length]);
        LittleEndianBlock.Write(stream, values);
    }

    /// <summary>Writes one record.</summary>
    public void Write(ReadOnlySpan<T> values) => Write(_file.Stream, values);

    /// <summary>Makes the file appear under its name.</summary>
    public void Complete() => _file.Commit();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
