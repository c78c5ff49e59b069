using IqdbFlat.Cli.Conformance;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Engine.Tests.Encoding;
using IqdbFlat.Tests.Golden;

namespace IqdbFlat.Engine.Tests.Golden;

public class GoldenReaderTests
{
    private const string Case = """
        {"name":"n","kind":"x","dim":2,"metric":"Euclidean","ops":[{"op":"insert","id":{"u64":"18446744073709551615"},"vector":[-0.0,"NaN"],
        "metadata":{"f":{"float":-0.0},"i":{"int":-9223372036854775808},"n":{"null":null},"inf":{"float":"-Infinity"},"b":{"bool":true},"s":{"string":"\u00e9"}}},
        {"op":"delete","id":{"bytes":"00ff"},"error":{"kind":"NotFound","message":"not found","at":"op"}}],
        "len":1,"query":[1e39,0.1],"k":3,"filter":FILTER,"compare":"bits","expect":{"hits":[{"id":{"bytes":""},"distance":1,"distance_bits_hex":"3f800000"}]}}
        """;

    [Fact]
    public void All_cases_of_the_file_are_read_with_their_filters()
    {
        Assert.Equal(562, GoldenFile.Cases.Count);
        Assert.Equal(562, GoldenFile.Cases.Select(c => c.Name).Distinct().Count());
        Assert.InRange(GoldenFile.Cases.Count(c => c.Filter is not null), 150, 562);
        Assert.All(GoldenFile.Cases, c => Assert.True(c.Expect.Hits is null ^ c.Expect.Error is null));
        Assert.Equal(30, GoldenFile.Cases.Count(c => c.Tolerance is not null));
        Assert.Equal(15, GoldenFile.Cases.Count(c => c.SearchMetric is not null));
    }

    [Fact]
    public void Every_filter_fails_the_caps_exactly_where_the_case_says_so()
    {
        foreach (var golden in GoldenFile.Cases.Where(c => c.Filter is not null && c.K > 0 && c.Count > 0 && c.Expect.Error?.Kind is null or FlatErrorKind.InvalidFilter))
        {
            var error = Record.Exception(() => FilterLimits.Check(golden.Filter)) as FlatIndexException;
            Assert.True((error?.Kind == FlatErrorKind.InvalidFilter) == (golden.Expect.Error is not null), golden.Name);
        }
    }

    [Fact]
    public void Every_filter_and_row_goes_through_the_binary_form_and_back()
    {
        foreach (var golden in GoldenFile.Cases)
        {
            byte[] bytes = Bytes.Written(o => BinaryForm.WriteOptional(o, golden.Filter));
            Assert.Equal(FilterShape.Of(golden.Filter), FilterShape.Of(Bytes.ReadAll(bytes, BinaryForm.ReadOptionalFilter)));
            foreach (var row in golden.Operations.SelectMany(o => o.Rows).Where(r => r.Metadata is not null))
                Assert.Equal(row.Metadata, Bytes.ReadAll(Bytes.Written(o => BinaryForm.Write(o, row.Metadata!)), BinaryForm.ReadMetadata));
        }
    }

    [Fact]
    public void The_naive_evaluator_finds_the_rows_that_upstream_found()
    {
        int checkedCases = 0;
        foreach (var golden in GoldenFile.Cases.Where(c => c.Filter is not null && c.Expect.Hits is not null && c.K >= c.Count))
        {
            var rows = new Dictionary<RowId, Metadata>();
            foreach (var operation in golden.Operations.Where(o => o.Error is null))
            {
                foreach (var row in operation.Rows)
                    rows[row.Id] = row.Metadata ?? Metadata.Empty;
                if (operation.Kind == GoldenOperationKind.Delete)
                    rows.Remove(operation.Id);
            }

            Assert.Equal(golden.Count, rows.Count);
            var found = rows.Where(r => FilterEvaluator.Matches(golden.Filter!, r.Value)).Select(r => r.Key).ToHashSet();
            Assert.True(found.SetEquals(golden.Expect.Hits!.Select(h => h.Id)), golden.Name);
            checkedCases++;
        }

        Assert.InRange(checkedCases, 100, 562);
    }

    [Fact]
    public void Awkward_values_are_kept_to_the_bit()
    {
        var golden = Read("null");
        var row = golden.Operations[0].Rows[0];
        Assert.Equal(ulong.MaxValue, row.Id.Number);
        Assert.Equal(0x8000_0000u, BitConverter.SingleToUInt32Bits(row.Vector.Span[0]));
        Assert.True(float.IsNaN(row.Vector.Span[1]));
        Assert.Equal(
            Metadata.From(
                ("f", -0.0), ("i", long.MinValue), ("n", MetadataValue.Null), ("inf", double.NegativeInfinity), ("b", true), ("s", "\u00E9")),
            row.Metadata);
        Assert.Equal(GoldenOperationKind.Delete, golden.Operations[1].Kind);
        Assert.Equal(RowId.FromBytes([0, 255]), golden.Operations[1].Id);
        Assert.Equal(FlatErrorKind.NotFound, golden.Operations[1].Error!.Kind);
        Assert.Equal([float.PositiveInfinity, 0.1f], golden.Query);
        Assert.Equal(RowId.FromBytes([]), golden.Expect.Hits![0].Id);
        Assert.Equal(1f, golden.Expect.Hits[0].Distance);
        Assert.Null(golden.Expect.Hits[0].Metadata);
    }

    [Theory]
    [InlineData("""{"and":[{"not":{"in":{"field":"","values":[{"int":1},{"null":null}]}}},{"or":[]}]}""", "And(Not(In[0: Int 1 Null null]),Or(),)")]
    [InlineData("""{"gte":{"field":"f","value":{"float":"NaN"}}}""", "Gte[1:f Float FFF8000000000000]")]
    public void Filters_are_read_node_by_node(string json, string shape) => Assert.Equal(shape, FilterShape.Of(Read(json).Filter));

    [Theory]
    [InlineData("""{"xor":[]}""", "xor")]
    [InlineData("""{"not":null}""", "found null")]
    [InlineData("""{"and":[],"or":[]}""", "one member")]
    [InlineData("""{"eq":{"field":"f","value":{"float":"x"}}}""", "found 'x'")]
    [InlineData("[1", "Line 1")]
    public void A_line_that_is_no_case_is_named(string filter, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Read(filter)).Message, StringComparison.Ordinal);

    [Fact]
    public void Filters_deeper_than_the_cap_are_read()
    {
        string json = string.Concat(Enumerable.Repeat("""{"and":[""", 200)) + string.Concat(Enumerable.Repeat("]}", 200));
        Assert.Throws<FlatIndexException>(() => FilterLimits.Check(Read(json).Filter));
    }

    private static GoldenCase Read(string filter)
    {
        string line = Case.ReplaceLineEndings("").Replace("FILTER", filter, StringComparison.Ordinal);
        return GoldenReader.Read(new StringReader(line)).Single();
    }
}
