using CsCheck;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.TopK;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Tests.Coordinator;

public sealed class PartialMergeTests
{
    private static readonly float[] Distances =
        [float.NegativeInfinity, -1, -0.0f, 0.0f, float.Epsilon, 1, float.MaxValue, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x7FC00000)];

    [Fact]
    public void Merging_is_sorting_everything_whatever_the_split() =>
        Gen.Select(Gen.Int[0, Distances.Length - 1].Array[0, 60], Gen.Int[1, 7], Gen.Int[0, 70]).Sample((picks, parts, k) =>
        {
            Hit[] all = [.. picks.Select((pick, i) => new Hit((ulong)i, Distances[pick], (ulong)i + 1))];
            Hit[] sorted = [.. all.OrderBy(hit => DistanceOrder.KeyOf(hit.Distance)).ThenBy(hit => hit.Sequence)];
            HitBlock[] partials =
            [
                .. Enumerable.Range(0, parts).Select(part => HitBlock.From([.. sorted.Where(hit => (int)(hit.Id.Number % (ulong)parts) == part)], false)),
            ];

            var merged = PartialMerge.Merge(partials, k);

            return Enumerable.Range(0, merged.Count).Select(i => merged.At(i).Id).SequenceEqual(sorted.Take(k).Select(hit => hit.Id));
        });

    [Fact]
    public void Metadata_stays_with_its_row_also_beside_a_partial_without_hits()
    {
        var merged = PartialMerge.Merge(
            [
                HitBlock.Empty,
                HitBlock.From([new(1, 2, 1, Metadata.From(("a", 1L)))], true),
                HitBlock.From([new(2, 1, 2, Metadata.From(("a", 2L)))], true),
            ],
            5);

        Assert.Equal([2L, 1L], [merged.At(0).Metadata!["a"].AsInt, merged.At(1).Metadata!["a"].AsInt]);
    }
}
