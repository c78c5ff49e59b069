using System.Buffers;
using IqdbFlat.Abstractions.Tests.Frozen;
using IqdbFlat.Engine;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Tests.Wire;

/// <summary>Versions that run side by side: each reads what the other writes.</summary>
public class VersionToleranceTests(WireSerializer wire)
{
    public static TheoryData<string> Messages =>
        [.. Exemplars.All.Where(exemplar => !exemplar.Type.IsAbstract && WireText.FieldsOf(exemplar.Type).Any()).Select(exemplar => exemplar.Name)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_with_fields_of_a_later_version_is_read(string name)
    {
        var exemplar = Exemplars.Named(name);
        byte[] bytes = exemplar.Write(wire);

        // A message ends with one byte, the end of its object; new fields stand before it.
        byte[] end = bytes[^1..];
        byte[] added = wire.WriteFields((ref Writer<ArrayBufferWriter<byte>> writer) =>
        {
            StringCodec.WriteField(ref writer, 1, "new");
            Int64Codec.WriteField(ref writer, 1, -1);
            writer.WriteFieldHeader(1, typeof(FloatVector), typeof(FloatVector), WireType.LengthPrefixed);
            writer.WriteVarUInt32(8);
            writer.Write(new byte[8]);
            writer.WriteFieldHeader(1, typeof(Page), typeof(Page), WireType.TagDelimited);
            StringCodec.WriteField(ref writer, 3, "inner");
            writer.WriteEndObject();
        });

        Assert.Equal(WireText.Of(exemplar.Value), WireText.Of(exemplar.Read(wire, [.. bytes[..^1], .. added, .. end])));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_without_fields_is_read_with_their_defaults(string name)
    {
        var exemplar = Exemplars.Named(name);
        byte[] full = exemplar.Write(wire);
        var empty = wire.WriteFields((ref Writer<ArrayBufferWriter<byte>> writer) =>
        {
            writer.WriteFieldHeader(0, exemplar.Type, exemplar.Type, WireType.TagDelimited);
            if (exemplar.Type.IsClass)
                writer.WriteEndBase();
            writer.WriteEndObject();
        });
        Assert.Equal(full[..1], empty[..1]);

        object? read = exemplar.Read(wire, empty);

        object expected = exemplar.Type.GetConstructor(Type.EmptyTypes) is null && exemplar.Type.IsClass
            ? System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(exemplar.Type)
            : Activator.CreateInstance(exemplar.Type)!;
        Assert.Equal(WireText.Of(expected), WireText.Of(read));
    }

    [Fact]
    public void A_search_of_an_older_client_is_read()
    {
        byte[] older = wire.Write(new OlderSearchRequest { Index = "books", Queries = new[] { 1f }, QueryCount = 1, K = 3, Deadline = TimeSpan.FromSeconds(1) });

        var request = wire.Read<SearchRequest>(older);

        Assert.Equal("books", request.Index);
        Assert.Equal(3, request.K);
        Assert.Equal(TimeSpan.FromSeconds(1), request.Deadline);
        Assert.Null(request.Filter.Filter);
        Assert.Null(request.Metric);
        Assert.Equal(Freshness.Session, request.Freshness);
        Assert.Empty(request.Seen);
        Assert.Null(request.Incarnation);
    }

    [Fact]
    public void An_older_silo_reads_a_search_of_a_newer_client()
    {
        byte[] newer = Exemplars.Named(nameof(SearchRequest)).Write(wire);

        var request = wire.Read<OlderSearchRequest>(newer);

        Assert.Equal(10, request.K);
        Assert.Equal(5, request.Queries.Length);
        Assert.Equal(TimeSpan.FromSeconds(30), request.Deadline);
    }

    [Fact]
    public void An_object_that_a_skipped_field_brought_is_read_where_it_is_referred_to()
    {
        // Orleans goes back to the skipped bytes then, with a reader whose positions and length do not begin at the same place.
        var rows = new RowBlock
        {
            Ids = new RowId[] { 1, 2 },
            Vectors = Enumerable.Range(0, 500).Select(i => (float)i).ToArray(),
            Metadata = new Metadata?[] { null, Metadata.From(("a", 1L)) },
        };

        var read = wire.Read<OlderPair>(wire.Write(new NewerPair { Before = new float[5000], New = rows, Old = rows }));

        Assert.Equal(WireText.Of(rows), WireText.Of(read.Old));
    }
}
