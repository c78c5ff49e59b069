using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>A value of a wire type, with every field set, whose bytes are kept.</summary>
/// <param name="Name">What its bytes are kept as: the type's name, and more where a type has several.</param>
/// <param name="Type">The type that a message declares.</param>
/// <param name="Value">The value.</param>
public abstract record Exemplar(string Name, Type Type, object Value)
{
    /// <summary>A message that declares the type <typeparamref name="T"/>, and holds this value.</summary>
    public static Exemplar Of<T>([DisallowNull] T value, string? variant = null) =>
        new Typed<T>(variant is null ? typeof(T).Name : $"{value.GetType().Name}.{variant}", value);

    public abstract byte[] Write(WireSerializer wire);

    public abstract object? Read(WireSerializer wire, byte[] bytes);

    public abstract object? Read(WireSerializer wire, ReadOnlySequence<byte> bytes);

    public sealed override string ToString() => Name;

    private sealed record Typed<T>(string Name, [DisallowNull] T Message) : Exemplar(Name, typeof(T), Message)
    {
        public override byte[] Write(WireSerializer wire) => wire.Write(Message);

        public override object? Read(WireSerializer wire, byte[] bytes) => wire.Read<T>(bytes);

        public override object? Read(WireSerializer wire, ReadOnlySequence<byte> bytes) => wire.Serializer.Deserialize<T>(bytes);
    }
}
