using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>A <see cref="FlatIndexException"/> as it travels: its error, whole.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.FlatIndexException")]
internal struct FlatIndexExceptionSurrogate
{
    [Id(0)]
    public WireError Error;
}

/// <summary>Carries the one exception type across the wire without loss.</summary>
[RegisterConverter]
internal sealed class FlatIndexExceptionConverter : IConverter<FlatIndexException, FlatIndexExceptionSurrogate>
{
    public FlatIndexException ConvertFromSurrogate(in FlatIndexExceptionSurrogate surrogate) => new(surrogate.Error.ToError());

    public FlatIndexExceptionSurrogate ConvertToSurrogate(in FlatIndexException value) => new() { Error = WireError.From(value.Error) };
}
