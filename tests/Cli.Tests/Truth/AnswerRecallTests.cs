using IqdbFlat.Cli.Truth;
using IqdbFlat.Cli.Truth.Recall;

namespace IqdbFlat.Cli.Tests.Truth;

public class AnswerRecallTests(ITestOutputHelper output)
{
    private static readonly Answer Truth = new([10, 11, 12, 13, 14], [1, 2, 2, 2, 3]);

    [Fact]
    public void Ties_at_the_kth_place_stand_for_each_other()
    {
        // At 2, any of the rows at distance 2 is right; a farther one is not.
        Assert.Equal(new RecallRange(1, 1), new AnswerRecall(Truth, [10, 13], null).At(2));
        Assert.Equal(new RecallRange(1, 1), new AnswerRecall(Truth, [12, 13], null).At(2));
        Assert.Equal(new RecallRange(0.5, 0.5), new AnswerRecall(Truth, [10, 14], null).At(2));
    }

    [Fact]
    public void A_row_reported_twice_counts_once_and_no_row_counts_nothing()
    {
        Assert.Equal(new RecallRange(0.5, 0.5), new AnswerRecall(Truth, [10, 10], null).At(2));
        Assert.Equal(new RecallRange(0.5, 0.5), new AnswerRecall(Truth, [-1, 10], null).At(2));
        Assert.Equal(new RecallRange(0, 0), new AnswerRecall(Truth, [], null).At(2));
    }

    [Fact]
    public void A_row_that_the_truth_does_not_list_is_wrong_unless_it_may_be_a_tie_there_was_no_room_for()
    {
        Assert.Equal(new RecallRange(0.5, 0.5), new AnswerRecall(Truth, [10, 99], null).At(2));

        // The last listed is as far as the second: row 99 may be as far too.
        Answer full = new([10, 11, 12], [1, 2, 2]);
        Assert.Equal(new RecallRange(0.5, 1), new AnswerRecall(full, [10, 99], null).At(2));
        Assert.Equal(new RecallRange(1, 1), new AnswerRecall(full, [10, 99], Distances((10, 1), (11, 2), (12, 2), (99, 2))).At(2));
        Assert.Equal(new RecallRange(0.5, 0.5), new AnswerRecall(full, [10, 99], Distances((10, 1), (11, 2), (12, 2), (99, 3))).At(2));
    }

    [Fact]
    public void Without_distances_the_first_k_ids_count()
    {
        var recall = new AnswerRecall(new([10, 11, 12], null), [12, 10, 11], null);
        Assert.Equal(new RecallRange(0, 0), recall.At(1));
        Assert.Equal(new RecallRange(0.5, 0.5), recall.At(2));
        Assert.Equal(new RecallRange(1, 1), recall.At(3));
    }

    [Fact]
    public void Computed_distances_come_before_those_of_the_truth()
    {
        // A truth of other arithmetic, which has the first two the wrong way round.
        Answer other = new([11, 10], [1, 1.5f]);
        Assert.Equal(new RecallRange(1, 1), new AnswerRecall(other, [10], Distances((10, 1), (11, 2))).At(1));
        Assert.Equal(new RecallRange(0, 0), new AnswerRecall(other, [11], Distances((10, 1), (11, 2))).At(1));
    }

    [Fact]
    public void Recall_is_what_counting_over_all_rows_gives_and_ranges_hold_it()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++)
        {
            // All rows and their distances, few of which differ.
            int rows = random.Next(1, 30);
            float[] all = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(6))];
            long[] ranked = [.. Enumerable.Range(0, rows).OrderBy(row => all[row]).ThenBy(row => row).Select(row => (long)row)];
            int depth = random.Next(1, rows + 1);
            Answer truth = new(ranked[..depth], [.. ranked[..depth].Select(row => all[row])]);
            int k = random.Next(1, depth + 1);
            long[] reported = [.. Enumerable.Range(0, random.Next(0, k + 5)).Select(_ => (long)random.Next(-1, rows))];

            float kth = all[ranked[k - 1]];
            double expected = (double)reported.Take(k).Where(row => row >= 0).Distinct().Count(row => all[row] <= kth) / k;
            var known = Enumerable.Range(0, rows).ToDictionary(row => (long)row, row => all[row]);
            Assert.Equal(new RecallRange(expected, expected), new AnswerRecall(truth, reported, known).At(k));
            var range = new AnswerRecall(truth, reported, null).At(k);
            Assert.InRange(expected, range.Least, range.Most);
            if (depth == rows)
                Assert.Equal(range.Least, range.Most);
        }
    }

    private static Dictionary<long, float> Distances(params (long Row, float Distance)[] pairs) => pairs.ToDictionary(pair => pair.Row, pair => pair.Distance);
}
