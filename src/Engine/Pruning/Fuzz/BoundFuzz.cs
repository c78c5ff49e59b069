using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning.Centres;
using IqdbFlat.Engine.Pruning.Dots;
using IqdbFlat.Engine.Pruning.Fuzz;
using IqdbFlat.Engine.Pruning.Tiles;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// Holds the bounds of certified pruning, those of codes and those of centres, against the canonical distance, over pairs made to break them. The limit of each pair is its own
/// distance, so a bound that prunes a tie is found as well as one that prunes a hit.
/// </summary>
public static unsafe class BoundFuzz
{
    private const int Rows = 64;
    private const int MostDimension = 512;
    private static readonly Metric[] Metrics = [Metric.Euclidean, Metric.SquaredEuclidean, Metric.Cosine, Metric.DotProduct];

    /// <summary>Tries pairs, the same ones for the same seed, whatever the number of threads.</summary>
    /// <param name="pairs">How many, rounded up to whole rounds of 64.</param>
    /// <param name="seed">Where randomness starts.</param>
    /// <param name="threads">Threads, 1 or more.</param>
    /// <param name="cancellationToken">Stops between rounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of pairs, or no thread.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static BoundFuzzReport Run(long pairs, ulong seed, int threads = 1, CancellationToken cancellationToken = default) =>
        Run(pairs, seed, threads, static stride => new KernelRounding(stride), BlockBounds.Fastest, cancellationToken);

    /// <summary>The same with another idea of the kernel's rounding, or other instructions.</summary>
    internal static BoundFuzzReport Run(
        long pairs, ulong seed, int threads, Func<int, KernelRounding> rounding, DotsKind dots, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        long rounds = (pairs + Rows - 1) / Rows;
        var parts = new Part[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, thread =>
        {
            var part = parts[thread] = new Part(rounding, dots);
            for (long round = thread; round < rounds; round += threads)
            {
                cancellationToken.ThrowIfCancellationRequested();
                part.Round(new FuzzRandom(seed + ((ulong)round * 0x1000_0000_01B3)), round);
            }
        });
        var first = parts.Where(part => part.FirstViolation is not null).MinBy(part => part.FirstRound);
        return new(rounds * Rows, parts.Sum(part => part.Bounded), parts.Sum(part => part.Violations), parts.Min(part => part.Tightest), first?.FirstViolation)
        {
            CentreViolations = parts.Sum(part => part.CentreViolations),
        };
    }

    private sealed class Part(Func<int, KernelRounding> rounding, DotsKind dots)
    {
        private readonly float[] _query = new float[MostDimension];
        private readonly float[] _rows = new float[Rows * MostDimension];
        private readonly byte[] _blocks = new byte[Rows * (MostDimension + 12)];
        private readonly float[] _distances = new float[Rows];
        private readonly Dictionary<CodeLayout, CodeTile> _tiles = [];

        public long Bounded { get; private set; }

        public long Violations { get; private set; }

        public long CentreViolations { get; private set; }

        public double Tightest { get; private set; } = double.PositiveInfinity;

        public string? FirstViolation { get; private set; }

        public long FirstRound { get; private set; }

        public void Round(FuzzRandom random, long round)
        {
            var metric = Metrics[random.Next(Metrics.Length)];
            int dimension = Dimension(ref random);
            int kind = random.Next(FuzzVectors.QueryKinds);
            var vector = _query.AsSpan(0, dimension);
            FuzzVectors.Query(ref random, kind, vector);
            var query = new PreparedQuery(metric, vector);
            var layout = new CodeLayout(Math.Max(dimension, CodeLayout.LeastDimension), 4 * Rows, BoundForms.Of(metric));
            var code = new QueryCode(query, layout, rounding(query.Stride));
            if (!code.IsBounded)
                return;
            fixed (float* rows = _rows)
            fixed (byte* block = _blocks)
            fixed (float* distances = _distances)
            {
                for (int row = 0; row < Rows; row++)
                {
                    var span = _rows.AsSpan(row * query.Stride, query.Stride);
                    span.Clear();
                    FuzzVectors.Row(ref random, kind, vector, span[..dimension]);
                    CodeBlocks.Write(block, layout, row, rows + ((long)row * query.Stride), query.Stride);
                }

                DistanceScan.Compute(query, rows, Rows, distances);
                var limits = stackalloc double[Rows];
                for (int row = 0; row < Rows; row++)
                    limits[row] = code.LimitOf(distances[row]);
                var excesses = stackalloc double[Rows];
                var bound = BlockBounds.Create(dots, code, layout);
                bound.Excesses(block, fine: false, limits, excesses);
                float* terms = (float*)block;
                JudgeTile(code, query, layout, block, distances, round, kind);
                JudgeCentres(ref random, code, query, layout, rows, distances, terms + (2 * Rows), round, kind);
                for (int row = 0; row < Rows; row++)
                    Judge(excesses[row], Size(layout.Form, limits[row], terms[(2 * Rows) + row]), metric, dimension, kind, round, row);
                for (int row = 0; row < Rows; row++)
                    limits[row] = code.FineLimitOf(distances[row]);
                bound.Excesses(block, fine: true, limits, excesses);
                for (int row = 0; row < Rows; row++)
                    JudgeFine(excesses[row], Size(layout.Form, limits[row], terms[(2 * Rows) + row]), metric, dimension, kind, round, row);
            }
        }

        /// <summary>The same limits against the test of a tile: its queries are this one, as often as there are rows, each with the limit of one of them.</summary>
        private void JudgeTile(QueryCode code, PreparedQuery query, CodeLayout layout, byte* block, float* distances, long round, int kind)
        {
            if (!CodeTile.IsSupported)
                return;
            var depth = (round & 1) == 0 ? TileDepth.SixBits : TileDepth.SevenBits;
            if (!_tiles.TryGetValue(layout, out var tile))
                _tiles.Add(layout, tile = new CodeTile(layout, Rows));
            var tileCode = new TileCode(query, layout, code, depth);
            var queries = new TileCode[Rows];
            queries.AsSpan().Fill(tileCode);
            tile.Take(queries, depth);
            for (int row = 0; row < Rows; row++)
                tile.Limit(row, tileCode.BoundOf(distances[row]));
            tile.TakeBlock(block, Rows);
            for (int row = 0; row < Rows; row++)
            {
                if (((tile.Out(row) >> row) & 1) != 0)
                    Violate($"tile of {depth}", double.NaN, query.Metric, query.Dimension, kind, round, row);
            }
        }

        /// <summary>The same limits against what a centre proves: the query, rows, and vectors like them as centres.</summary>
        private void JudgeCentres(
            ref FuzzRandom random, QueryCode code, PreparedQuery query, CodeLayout layout, float* rows, float* distances, float* residuals, long round, int kind)
        {
            const int Centres = 4;
            float[] points = new float[Centres * query.Stride];
            var vector = _query.AsSpan(0, query.Dimension);
            FuzzVectors.Row(ref random, kind, vector, points.AsSpan(0, query.Dimension));
            FuzzVectors.Row(ref random, kind, vector, points.AsSpan(query.Stride, query.Dimension));
            vector.CopyTo(points.AsSpan(2 * query.Stride));
            new ReadOnlySpan<float>(rows + ((long)random.Next(Rows) * query.Stride), query.Stride).CopyTo(points.AsSpan(3 * query.Stride));
            var centres = new CentrePoints(points, query.Stride);
            var limits = code.LimitsOf(query, centres);
            for (int row = 0; row < Rows; row++)
            {
                if (!float.IsFinite(residuals[row]))
                    continue;
                float[] table = limits.For(DistanceOrder.KeyOf(distances[row]), code.CentreLimitOf(distances[row]));
                for (int centre = 0; centre < Centres; centre++)
                {
                    float radius = RowLabels.RadiusOf(RowLabels.HalfUp(centres.Radius(layout.Form, rows + ((long)row * query.Stride), centre)));
                    if (radius < table[centre])
                    {
                        CentreViolations++;
                        Violate($"centre {centre}", table[centre] - radius, query.Metric, query.Dimension, kind, round, row);
                    }
                }
            }
        }

        private static double Size(BoundForm form, double limit, double residual) =>
            form == BoundForm.Product ? Math.Abs(limit) : (limit + residual) * (limit + residual);

        private void Judge(double excess, double size, Metric metric, int dimension, int kind, long round, int row)
        {
            if (double.IsFinite(excess) && size > 0)
            {
                Bounded++;
                Tightest = Math.Min(Tightest, -excess / size);
            }

            if (excess > 0)
                Violate("codes", excess, metric, dimension, kind, round, row);
        }

        private void JudgeFine(double excess, double size, Metric metric, int dimension, int kind, long round, int row)
        {
            if (double.IsFinite(excess) && size > 0)
                Tightest = Math.Min(Tightest, -excess / size);
            if (excess > 0)
                Violate("codes and the query's rest", excess, metric, dimension, kind, round, row);
        }

        private void Violate(string bound, double excess, Metric metric, int dimension, int kind, long round, int row)
        {
            Violations++;
            if (FirstViolation is not null)
                return;
            FirstRound = round;
            FirstViolation = FormattableString.Invariant($"{metric}, dimension {dimension}, query kind {kind}, round {round}, row {row}, {bound}: above by {excess:G3}");
        }

        /// <summary>Mostly small, where a rounding weighs most; sometimes some hundreds.</summary>
        private static int Dimension(ref FuzzRandom random) => random.Next(32) switch
        {
            0 => 1 + random.Next(MostDimension),
            < 8 => 1 + random.Next(64),
            < 16 => 1 + random.Next(16),
            _ => 1 + random.Next(4),
        };
    }
}
