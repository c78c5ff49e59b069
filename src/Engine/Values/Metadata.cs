using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace IqdbFlat.Engine;

/// <summary>
/// The metadata of one row: field names and their values, immutable. Absent and empty metadata behave alike.
/// Field names are case-sensitive and the empty name is legal.
/// </summary>
/// <remarks>Fields are kept in ordinal order of their names, so that equal metadata has one binary form.</remarks>
public sealed class Metadata : IReadOnlyDictionary<string, MetadataValue>, IEquatable<Metadata>
{
    private readonly string[] _fields;
    private readonly MetadataValue[] _values;

    private Metadata(string[] fields, MetadataValue[] values)
    {
        _fields = fields;
        _values = values;
    }

    /// <summary>Metadata without a field.</summary>
    public static Metadata Empty { get; } = new([], []);

    /// <summary>Makes metadata from fields and values. A field named twice: <see cref="ArgumentException"/>.</summary>
    public static Metadata From(params ReadOnlySpan<(string Field, MetadataValue Value)> fields)
    {
        if (fields.IsEmpty)
            return Empty;
        var names = new string[fields.Length];
        var values = new MetadataValue[fields.Length];
        for (int i = 0; i < fields.Length; i++)
            (names[i], values[i]) = fields[i];
        return Sort(names, values);
    }

    /// <summary>Makes metadata from a dictionary or any other row of pairs.</summary>
    public static Metadata From(IEnumerable<KeyValuePair<string, MetadataValue>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields is Metadata same)
            return same;
        var names = new List<string>();
        var values = new List<MetadataValue>();
        foreach (var (field, value) in fields)
        {
            names.Add(field);
            values.Add(value);
        }

        return names.Count == 0 ? Empty : Sort([.. names], [.. values]);
    }

    /// <summary>The number of fields.</summary>
    public int Count => _fields.Length;

    /// <summary>Field names, in ordinal order.</summary>
    public IEnumerable<string> Keys => _fields;

    /// <summary>Values, in the order of <see cref="Keys"/>.</summary>
    public IEnumerable<MetadataValue> Values => _values;

    /// <summary>The value of a field; throws <see cref="KeyNotFoundException"/> when the row lacks it.</summary>
    public MetadataValue this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The metadata has no field '{key}'.");

    /// <summary>The i-th field in ordinal order, for loops that must not allocate.</summary>
    public (string Field, MetadataValue Value) At(int index) => (_fields[index], _values[index]);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Array.BinarySearch(_fields, key, StringComparer.Ordinal) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out MetadataValue value)
    {
        int index = Array.BinarySearch(_fields, key, StringComparer.Ordinal);
        value = index >= 0 ? _values[index] : default;
        return index >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, MetadataValue>> GetEnumerator()
    {
        for (int i = 0; i < _fields.Length; i++)
            yield return new(_fields[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both hold the same fields with values of the same kind and bits.</summary>
    public bool Equals(Metadata? other) =>
        other is not null && _fields.AsSpan().SequenceEqual(other._fields) && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Metadata);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (int i = 0; i < _fields.Length; i++)
        {
            hash.Add(_fields[i]);
            hash.Add(_values[i]);
        }

        return hash.ToHashCode();
    }

    /// <summary>Takes fields already in strict ordinal order, without a copy; for decoders that have checked the order.</summary>
    internal static Metadata AdoptSorted(string[] fields, MetadataValue[] values) =>
        fields.Length == 0 ? Empty : new(fields, values);

    private static Metadata Sort(string[] names, MetadataValue[] values)
    {
        foreach (string name in names)
            ArgumentNullException.ThrowIfNull(name);
        Array.Sort(names, values, StringComparer.Ordinal);
        for (int i = 1; i < names.Length; i++)
        {
            if (string.Equals(names[i - 1], names[i], StringComparison.Ordinal))
                throw new ArgumentException($"The metadata names the field '{names[i]}' twice.");
        }

        return new(names, values);
    }
}
