using IqdbFlat.Engine;
using IqdbFlat.VectorData.Filters;
using IqdbFlat.VectorData.Model;

namespace IqdbFlat.VectorData.Tests.Filters;

/// <summary>Random filters give what LINQ to Objects gives over the same records.</summary>
public sealed class FilterFuzzTests
{
    private const int Records = 150;
    private const int FiltersASeed = 700;

    [Fact]
    public void Random_filters_select_what_linq_to_objects_selects() => Run(Environment.TickCount);

    [Theory]
    [InlineData(1)]
    public void Filters_of_a_known_seed_select_what_linq_to_objects_selects(int seed) => Run(seed);

    private static void Run(int seed)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var model = RecordModel.Of<int, FilterRecord>(definition: null, generator: null);
        var mapper = new RecordMapper<FilterRecord>(model);
        var filters = new RandomFilters(new Random(seed));
        FilterRecord[] records = [.. Enumerable.Range(0, Records).Select(filters.Record)];
        Metadata[] rows = [.. records.Select(record => mapper.ToRow(record, []).Metadata)];
        using var index = new FlatIndex(1, Metric.Euclidean);
        for (int i = 0; i < rows.Length; i++)
            index.Insert((ulong)i, [0], rows[i]);
        int selective = 0;

        for (int i = 0; i < FiltersASeed; i++)
        {
            var (lambda, oracle) = filters.Next();
            int[] expected = [.. records.Where(oracle).Select(record => record.Id)];
            var filter = FilterTranslator.Translate(model, lambda)!;
            int[] plain = [.. Enumerable.Range(0, Records).Where(row => FilterEvaluator.Matches(filter, rows[row]))];

            Assert.True(expected.SequenceEqual(plain), $"seed {seed}, filter {i}: {lambda} as {FilterText.Format(filter)}; expected {string.Join(',', expected)}, found {string.Join(',', plain)}");
            if (i % 20 == 0)
                Assert.True(expected.SequenceEqual(index.Search([0], Records, new SearchOptions { Filter = filter }).Hits.Select(hit => (int)hit.Id.Number)), $"seed {seed}, filter {i}: the index finds otherwise");
            selective += expected.Length is > 0 and < Records ? 1 : 0;
        }

        // Filters that select all or nothing would prove little.
        Assert.InRange(selective, FiltersASeed / 2, FiltersASeed);
    }
}
