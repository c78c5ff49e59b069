using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>
/// Finds centres in a sample of rows: among sketches, each the farthest from those before, then moved twice to the mean of what is nearest; and says how much
/// they would prune.
/// </summary>
internal sealed unsafe class CentreTraining
{
    private const int Centres = CentreModel.Centres;
    private const int Width = RowSketch.Width;
    private const int Moves = 2;
    private const int Trials = 16;
    private const int TriedRows = 512;

    private readonly CodeLayout _layout;
    private readonly int _stride;
    private readonly SampleRow[] _rows;
    private readonly SampleRow[] _tried;
    private readonly RowSketch _sketch;
    private readonly float[] _sketches;
    private readonly int[] _nearest;

    /// <summary>Makes the sketches of a sample, whose rows must stay where they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CentreTraining(SampleRow[] rows, int stride, CodeLayout layout)
    {
        _rows = rows;
        _tried = [.. Enumerable.Range(0, Math.Min(TriedRows, rows.Length)).Select(i => rows[(long)i * rows.Length / Math.Min(TriedRows, rows.Length)])];
        _stride = stride;
        _layout = layout;
        _sketch = new RowSketch(stride);
        _sketches = new float[(rows.Length + CentreModel.RowsAtOnce) * Width];
        _nearest = new int[rows.Length + CentreModel.RowsAtOnce];
        fixed (float* sketches = _sketches)
        {
            for (int i = 0; i < rows.Length; i++)
                _sketch.Write(rows[i].Vector, rows[i].Factor, sketches + (i * Width));
        }
    }

    /// <summary>A model of the sample.</summary>
    public CentreModel Train()
    {
        float[] centres = Spread();
        for (int move = 0; move <= Moves; move++)
        {
            Assign(centres);
            if (move < Moves)
                centres = SketchMeans();
        }

        return new CentreModel(_layout.Form, RowMeans(), _sketch, _stride);
    }

    /// <summary>The share of rows that a model would leave out, where some of them are queries for their nearest other one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double PrunedBy(Metric metric, CentreModel model)
    {
        int tried = _tried.Length;
        int[] centres = new int[tried];
        float[] radii = new float[tried];
        for (int i = 0; i < tried; i += CentreModel.RowsAtOnce)
        {
            int count = Math.Min(CentreModel.RowsAtOnce, tried - i);
            model.Give(_tried.AsSpan(i, count), centres.AsSpan(i), radii.AsSpan(i));
        }

        float* distances = stackalloc float[TriedRows];
        long pruned = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            int own = trial * tried / Trials;
            var query = new PreparedQuery(metric, new ReadOnlySpan<float>(_tried[own].Vector, _stride));
            var code = new QueryCode(query, _layout);
            if (!code.IsBounded)
                continue;
            float least = float.PositiveInfinity;
            for (int i = 0; i < tried; i++)
            {
                DistanceScan.Compute(query, _tried[i].Vector, 1, distances + i);
                if (i != own && distances[i] < least)
                    least = distances[i];
            }

            float[] limits = code.LimitsOf(query, model.Points).For(0, code.CentreLimitOf(least));
            for (int i = 0; i < tried; i++)
                pruned += radii[i] < limits[centres[i]] ? 1 : 0;
        }

        return pruned / ((double)Trials * tried);
    }

    /// <summary>Sketches far from each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float[] Spread()
    {
        float[] centres = new float[Centres * Width];
        float[] least = new float[_rows.Length];
        Array.Fill(least, float.PositiveInfinity);
        float[] distances = new float[_rows.Length];
        int next = 0;
        for (int centre = 0; centre < Centres; centre++)
        {
            var picked = _sketches.AsSpan(next * Width, Width);
            picked.CopyTo(centres.AsSpan(centre * Width));
            fixed (float* sketches = _sketches, result = distances)
                DistanceScan.Compute(new PreparedQuery(Metric.SquaredEuclidean, picked), sketches, distances.Length, result);
            next = 0;
            for (int row = 0; row < least.Length; row++)
            {
                least[row] = Math.Min(least[row], distances[row]);
                if (least[row] > least[next])
                    next = row;
            }
        }

        return centres;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Assign(float[] centres)
    {
        float[] squares = new float[Centres];
        float[] arranged = CentreModel.Arrange(centres, squares);
        fixed (float* sketches = _sketches)
        fixed (int* nearest = _nearest)
        {
            for (int row = 0; row < _rows.Length; row += CentreModel.RowsAtOnce)
                CentreModel.Near(sketches + (row * Width), nearest + row, arranged, squares);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float[] SketchMeans()
    {
        float[] means = new float[Centres * Width];
        int[] counts = Counts();
        fixed (float* target = means, sketches = _sketches)
        {
            for (int row = 0; row < _rows.Length; row++)
                Add(target + (_nearest[row] * Width), sketches + (row * Width), 1f / counts[_nearest[row]], Width);
        }

        return means;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float[] RowMeans()
    {
        float[] means = new float[Centres * _stride];
        int[] counts = Counts();
        fixed (float* target = means)
        {
            for (int row = 0; row < _rows.Length; row++)
                Add(target + ((long)_nearest[row] * _stride), _rows[row].Vector, _rows[row].Factor / counts[_nearest[row]], _stride);
        }

        return means;
    }

    private int[] Counts()
    {
        int[] counts = new int[Centres];
        for (int row = 0; row < _rows.Length; row++)
            counts[_nearest[row]]++;
        return counts;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* sum, float* vector, float factor, int count)
    {
        var factors = Vector256.Create(factor);
        for (int j = 0; j < count; j += Vector256<float>.Count)
            (Vector256.Load(sum + j) + (Vector256.Load(vector + j) * factors)).Store(sum + j);
    }
}
