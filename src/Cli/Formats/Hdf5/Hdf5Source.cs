using IqdbFlat.Engine;
using PureHDF;
using PureHDF.VOL.Native;

namespace IqdbFlat.Cli.Formats.Hdf5;

/// <summary>An HDF5 file that is read with care: the library meets damaged files with exceptions of any kind, and trusts what it reads.</summary>
internal sealed class Hdf5Source : IDisposable
{
    private readonly string _name;
    private readonly WatchedStream _stream;
    private readonly NativeFile _file;

    /// <summary>Opens a stream that can seek.</summary>
    public Hdf5Source(Stream stream, string name)
    {
        _name = name;
        _stream = new(stream);
        _file = Guarded(() =>
        {
            Hdf5Links.Check(_stream);
            return H5File.Open(_stream, leaveOpen: false);
        });
    }

    /// <summary>The array of a name; null where there is none.</summary>
    public IH5Dataset? Find(string array) => Guarded(() => _file.LinkExists(array) ? _file.Dataset(array) : null);

    /// <summary>The arrays at the top of the file.</summary>
    public IH5Dataset[] Arrays() => Guarded(() => _file.Children().OfType<IH5Dataset>().ToArray());

    /// <summary>Runs one call of the library.</summary>
    /// <param name="read">The call.</param>
    /// <param name="row">The row that it is about, for the error.</param>
    public T Guarded<T>(Func<T> read, long? row = null)
    {
        _stream.Enter();
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (FlatIndexException or OutOfMemoryException))
        {
            throw FileProblem.Corrupt(_name, row, $"the HDF5 file cannot be read: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
