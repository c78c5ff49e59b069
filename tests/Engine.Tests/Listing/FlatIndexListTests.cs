namespace IqdbFlat.Engine.Tests.Listing;

/// <summary>Lists, counts and removals by filter against the plain way: all rows, filtered one by one, sorted, cut.</summary>
public class FlatIndexListTests
{
    private const int Rows = 700;

    [Fact]
    public void Pages_one_after_the_other_are_the_sorted_rows()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new RandomRows(seed);
        using var index = Filled(random);
        StoredRow[] stored = [.. index.Snapshot.LiveRows().Select(index.Snapshot.Read)];
        for (int turn = 0; turn < 40; turn++)
        {
            var filter = turn % 3 == 0 ? null : random.Filter(2);
            FieldOrder[] order = [.. Enumerable.Range(0, random.Random.Next(3)).Select(_ => new FieldOrder(random.Field(), random.Random.Next(2) == 0)).DistinctBy(by => by.Field)];
            int skip = random.Random.Next(3) == 0 ? random.Random.Next(Rows) : 0;
            StoredRow[] expected = [.. Sorted(stored.Where(row => filter is null || FilterEvaluator.Matches(filter, row.Metadata)), order)];
            Assert.Equal(expected.Length, index.CountMatching(filter));
            var options = new ListOptions { Filter = filter, OrderBy = order, Limit = random.Random.Next(1, 200), Skip = skip, IncludeVectors = turn % 2 == 0 };
            var found = Pages(index, options);
            Assert.Equal(expected.Skip(skip).Select(row => (row.Id, row.Sequence, row.Metadata)), found.Select(row => (row.Id, row.Sequence, row.Metadata)));
            Assert.All(found, row => Assert.Equal(options.IncludeVectors ? 2 : 0, row.Vector.Length));
        }
    }

    [Fact]
    public void Rows_that_stay_come_once_while_others_are_written()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new RandomRows(seed);
        using var index = Filled(random);
        foreach (FieldOrder[] order in new FieldOrder[][] { [], [new("a")], [new("b", true), new("")] })
        {
            HashSet<RowId> touched = [];
            var before = index.List(new() { Limit = ListOptions.MaxLimit }).Rows;
            var seen = new List<StoredRow>();
            var options = new ListOptions { OrderBy = order, Limit = 37 };
            do
            {
                var page = index.List(options);
                seen.AddRange(page.Rows);
                options = options with { Cursor = page.Cursor };
                for (int write = 0; write < 10; write++)
                {
                    var id = random.Id(2 * Rows);
                    touched.Add(id);
                    if (random.Random.Next(3) == 0)
                        index.DeleteBatch([id]);
                    else
                        index.Upsert(id, new float[2], random.Metadata());
                }
            }
            while (options.Cursor is not null);
            Assert.Equal(seen.Count, seen.Select(row => row.Sequence).Distinct().Count());
            Assert.Empty(before.Where(row => !touched.Contains(row.Id)).Select(row => row.Id).Except(seen.Select(row => row.Id)));
            Assert.Empty(seen.Where(row => !touched.Contains(row.Id)).GroupBy(row => row.Id).Where(rows => rows.Count() > 1).Select(rows => rows.Key));
        }
    }

    [Fact]
    public void A_removal_takes_the_rows_that_meet_the_filter_and_no_other()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new RandomRows(seed);
        using var index = Filled(random);
        for (int turn = 0; turn < 10; turn++)
        {
            var filter = random.Filter(2);
            StoredRow[] stored = [.. index.Snapshot.LiveRows().Select(index.Snapshot.Read)];
            RowId[] left = [.. stored.Where(row => !FilterEvaluator.Matches(filter, row.Metadata)).OrderBy(row => row.Sequence).Select(row => row.Id)];
            Assert.Equal(stored.Length - left.Length, index.DeleteMatching(filter));
            Assert.Equal(left, Pages(index, ListOptions.Default).Select(row => row.Id));
            Assert.Equal(0, index.CountMatching(filter));
        }
    }

    [Fact]
    public void Values_come_by_kind_and_within_a_kind_as_filters_compare()
    {
        using var index = new FlatIndex(1, Metric.Euclidean);
        MetadataValue?[] rising =
        [
            null, MetadataValue.Null, false, true, -5L, 7L, double.NegativeInfinity, -1.5, 0.0, 2.5, double.PositiveInfinity, double.NaN, "", "A", "a", "\uE000", "\U0001F600",
        ];
        foreach (int i in Enumerable.Range(0, rising.Length).Reverse())
            index.Insert((ulong)i, new float[1], rising[i] is { } value ? Metadata.From(("x", value)) : null);
        Assert.Equal(Enumerable.Range(0, rising.Length), Pages(index, new() { OrderBy = [new("x")], Limit = 3 }).Select(row => (int)row.Id.Number));
        Assert.Equal(Enumerable.Range(0, rising.Length).Reverse(), Pages(index, new() { OrderBy = [new("x", Descending: true)], Limit = 3 }).Select(row => (int)row.Id.Number));
        index.Upsert(8, new float[1], Metadata.From(("x", -0.0)));
        index.Upsert(100, new float[1], Metadata.From(("x", 0.0)));
        Assert.Equal([8UL, 100UL], Pages(index, new() { OrderBy = [new("x")], Filter = Filter.Eq("x", 0.0) }).Select(row => row.Id.Number));
        Assert.Equal([8UL, 100UL], Pages(index, new() { OrderBy = [new("x", true)], Filter = Filter.Eq("x", 0.0) }).Select(row => row.Id.Number));
    }

    [Fact]
    public void Errors_come_in_the_order_of_the_contract()
    {
        using var index = Filled(new RandomRows(1));
        string cursor = index.List(new() { Limit = 1 }).Cursor!;
        var deep = Enumerable.Range(0, 65).Aggregate(Filter.And(), (inner, _) => Filter.Not(inner));
        var everything = new ListOptions { Limit = 0, Skip = -1, OrderBy = [new("a"), new("a")], Filter = deep, Cursor = "?" };
        Check(everything, FlatErrorKind.InvalidConfig, "a page has 1 to 65536 rows, found 0");
        Check(everything with { Limit = 65_537 }, FlatErrorKind.InvalidConfig, "found 65537");
        Check(everything = everything with { Limit = 1 }, FlatErrorKind.InvalidConfig, "passes over 0 rows or more, found -1");
        Check(everything = everything with { Skip = 0 }, FlatErrorKind.InvalidConfig, "each field once, found 'a' twice");
        Check(everything with { OrderBy = [.. Enumerable.Range(0, 17).Select(i => new FieldOrder($"{i}"))] }, FlatErrorKind.InvalidConfig, "at most 16 fields, found 17");
        Check(everything = everything with { OrderBy = [] }, FlatErrorKind.InvalidFilter, "at most 64 levels");
        Check(everything = everything with { Filter = null }, FlatErrorKind.InvalidConfig, "expected the cursor of a page");
        Check(new() { Cursor = cursor[..^2] }, FlatErrorKind.InvalidConfig, "expected the cursor of a page");
        Check(new() { Cursor = cursor, Filter = Filter.And() }, FlatErrorKind.InvalidConfig, "the same index, filter and order");
        Check(new() { Cursor = cursor, OrderBy = [new("a")] }, FlatErrorKind.InvalidConfig, "the same index, filter and order");
        Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => index.CountMatching(deep)).Kind);
        Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => index.DeleteMatching(deep)).Kind);
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => index.GetBatch([1, RowId.FromBytes([])])).Kind);

        void Check(ListOptions options, FlatErrorKind kind, string message)
        {
            var error = Assert.Throws<FlatIndexException>(() => index.List(options));
            Assert.Equal(kind, error.Kind);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_batch_of_ids_has_null_for_those_that_are_not_there()
    {
        using var index = new FlatIndex(1, Metric.Euclidean);
        index.Insert(1, [5]);
        var rows = index.GetBatch([2, 1, 1]);
        Assert.Null(rows[0]);
        Assert.Equal([1UL, 1UL], rows.Skip(1).Select(row => row!.Value.Id.Number));
    }

    /// <summary>The order written from the contract's words.</summary>
    private static IEnumerable<StoredRow> Sorted(IEnumerable<StoredRow> rows, FieldOrder[] order)
    {
        var sorted = rows.OrderBy(_ => 0);
        foreach (var (field, descending) in order)
        {
            Func<StoredRow, MetadataValue?> value = row => row.Metadata.TryGetValue(field, out var found) ? found : default(MetadataValue?);
            sorted = descending ? sorted.ThenByDescending(value, new ByWords()) : sorted.ThenBy(value, new ByWords());
        }

        return sorted.ThenBy(row => row.Sequence);
    }

    private static List<StoredRow> Pages(FlatIndex index, ListOptions options)
    {
        var rows = new List<StoredRow>();
        while (true)
        {
            var page = index.List(options);
            Assert.True(page.Rows.Count <= options.Limit);
            rows.AddRange(page.Rows);
            if (page.Cursor is null)
                return rows;
            options = options with { Cursor = page.Cursor, Skip = 0 };
        }
    }

    private static FlatIndex Filled(RandomRows random)
    {
        var index = new FlatIndex(2, Metric.Euclidean);
        for (int row = 0; row < Rows; row++)
            index.Upsert(random.Id(Rows), random.Vector(2), random.Metadata());
        for (int row = 0; row < Rows / 5; row++)
        {
            var id = random.Id(Rows);
            if (index.Exists(id))
                index.UpdateMetadata(id, random.Metadata());
            index.DeleteBatch([random.Id(Rows)]);
        }

        return index;
    }

    private sealed class ByWords : IComparer<MetadataValue?>
    {
        private static readonly MetadataKind[] Kinds = [MetadataKind.Null, MetadataKind.Bool, MetadataKind.Int, MetadataKind.Float, MetadataKind.String, MetadataKind.Instant, MetadataKind.Array];

        public int Compare(MetadataValue? x, MetadataValue? y)
        {
            if (x is not { } left || y is not { } right)
                return (x is not null).CompareTo(y is not null);
            if (left.Kind != right.Kind)
                return Array.IndexOf(Kinds, left.Kind).CompareTo(Array.IndexOf(Kinds, right.Kind));
            return left.Kind switch
            {
                MetadataKind.Bool => left.AsBool.CompareTo(right.AsBool),
                MetadataKind.Int => left.AsInt.CompareTo(right.AsInt),
                MetadataKind.Float => double.IsNaN(left.AsFloat) ? (double.IsNaN(right.AsFloat) ? 0 : 1) : double.IsNaN(right.AsFloat) ? -1 : left.AsFloat < right.AsFloat ? -1 : left.AsFloat > right.AsFloat ? 1 : 0,
                MetadataKind.String => System.Text.Encoding.UTF8.GetBytes(left.AsString).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right.AsString)),
                MetadataKind.Instant => left.AsInstant.UtcTicks.CompareTo(right.AsInstant.UtcTicks),
                MetadataKind.Array => Arrays([.. left.AsArray], [.. right.AsArray]),
                _ => 0,
            };
        }

        private int Arrays(MetadataValue[] left, MetadataValue[] right)
        {
            int order = left.Length.CompareTo(right.Length);
            for (int i = 0; order == 0 && i < left.Length; i++)
                order = Compare(left[i], right[i]);
            return order;
        }
    }
}
