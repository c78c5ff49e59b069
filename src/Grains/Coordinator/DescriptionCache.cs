using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>
/// Descriptions of indexes, remembered by a coordinator. A remembered one may be old: shards know the newest epoch and refuse
/// an older one as IndexNotFound, upon which the description is fetched again and the request runs once more.
/// </summary>
internal sealed class DescriptionCache(Func<string, CancellationToken, Task<IndexDescription>> fetch)
{
    private const int Capacity = 1_024;
    private readonly Dictionary<string, IndexDescription> _known = new(StringComparer.Ordinal);

    /// <summary>Runs a request with the index's description, again as long as a newer description turns up.</summary>
    /// <param name="index">The index's name.</param>
    /// <param name="incarnation">The incarnation that the caller means, or null for whichever has the name.</param>
    /// <param name="request">What to run.</param>
    /// <param name="cancellationToken">Ends the wait for a description.</param>
    public async Task<T> RunAsync<T>(
        string index, string? incarnation, Func<IndexDescription, Task<T>> request, CancellationToken cancellationToken)
    {
        bool fetched = !_known.TryGetValue(index, out var description) || IsOther(description, incarnation);
        if (fetched || description is null)
            description = await FetchAsync(index, cancellationToken);
        if (IsOther(description, incarnation))
            throw FlatIndexException.IndexNotFound(index);
        while (true)
        {
            try
            {
                return await request(description);
            }
            catch (FlatIndexException e) when (e.Kind == FlatErrorKind.IndexNotFound)
            {
                var newer = await FetchAsync(index, cancellationToken);
                if (fetched && newer.Incarnation == description.Incarnation && newer.Epoch == description.Epoch)
                    throw new FlatIndexException(e.Error with { Index = index }, e);
                if (IsOther(newer, incarnation))
                    throw FlatIndexException.IndexNotFound(index);
                (description, fetched) = (newer, true);
            }
        }
    }

    private static bool IsOther(IndexDescription description, string? incarnation) =>
        incarnation is not null && incarnation != description.Incarnation;

    private async Task<IndexDescription> FetchAsync(string index, CancellationToken cancellationToken)
    {
        _known.Remove(index);
        var description = await fetch(index, cancellationToken);
        if (_known.Count >= Capacity)
            _known.Clear();
        return _known[index] = description;
    }
}
