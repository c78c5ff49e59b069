using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>
/// Points that rows gather around, and which of them a row is near. A row knows one centre and a bound of its distance from it; a query that is far from the
/// centre is far from the row. Which points these are, and which of them a row is given, changes speed alone.
/// </summary>
internal sealed unsafe class CentreModel
{
    /// <summary>Centres of a model.</summary>
    public const int Centres = 256;

    /// <summary>Rows that are given centres together, so that the table of centres is read once for them.</summary>
    public const int RowsAtOnce = 4;

    private const int Width = RowSketch.Width;
    private const int Step = 8;

    private readonly BoundForm _form;
    private readonly RowSketch _sketch;
    private readonly float[] _sketches;
    private readonly float[] _squares = new float[Centres];

    /// <summary>A model of <see cref="Centres"/> points.</summary>
    /// <param name="form">The bound that it serves; for <see cref="BoundForm.Angle"/> points of directions.</param>
    /// <param name="points">One after the other, padded to the stride.</param>
    /// <param name="sketch">Makes sketches.</param>
    /// <param name="stride">Floats of a point.</param>
    public CentreModel(BoundForm form, float[] points, RowSketch sketch, int stride)
    {
        _form = form;
        _sketch = sketch;
        Points = new CentrePoints(points, stride);
        float[] sketches = new float[Centres * Width];
        fixed (float* start = points, target = sketches)
        {
            for (int i = 0; i < Centres; i++)
                sketch.Write(start + ((long)i * stride), 1, target + (i * Width));
        }

        _sketches = Arrange(sketches, _squares);
    }

    /// <summary>The points.</summary>
    public CentrePoints Points { get; }

    /// <summary>Bytes of the model.</summary>
    public long Bytes => Points.Bytes + (_sketches.LongLength * sizeof(float)) + (_squares.LongLength * sizeof(float));

    /// <summary>Bytes of a model for rows of a stride.</summary>
    public static long BytesFor(int stride) => (long)Centres * (stride + Width + 1) * sizeof(float);

    /// <summary>The centres that some rows are given, near them as a rule, and the radii around those: infinite for a row that must never be pruned.</summary>
    /// <param name="rows">At most <see cref="RowsAtOnce"/> rows.</param>
    /// <param name="centres">Takes the number of a centre for each.</param>
    /// <param name="radii">Takes, for each, no less than its distance from the centre.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Give(ReadOnlySpan<SampleRow> rows, Span<int> centres, Span<float> radii)
    {
        float* sketches = stackalloc float[RowsAtOnce * Width];
        for (int i = 0; i < rows.Length; i++)
            _sketch.Write(rows[i].Vector, rows[i].Factor, sketches + (i * Width));
        int* nearest = stackalloc int[RowsAtOnce];
        Near(sketches, nearest, _sketches, _squares);
        for (int i = 0; i < rows.Length; i++)
        {
            centres[i] = nearest[i];
            radii[i] = float.IsFinite(rows[i].Residual) ? Points.Radius(_form, rows[i].Vector, nearest[i]) : float.PositiveInfinity;
        }
    }

    /// <summary>Sketches of centres, one after the other, in the order in which <see cref="Near"/> reads them: eight centres side by side; and their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float[] Arrange(float[] sketches, float[] squares)
    {
        float[] arranged = new float[sketches.Length];
        for (int centre = 0; centre < Centres; centre++)
        {
            float sum = 0;
            for (int j = 0; j < Width; j++)
            {
                float value = sketches[(centre * Width) + j];
                sum += value * value;
                arranged[(centre / Step * Step * Width) + (j * Step) + (centre % Step)] = value;
            }

            squares[centre] = sum;
        }

        return arranged;
    }

    /// <summary>For <see cref="RowsAtOnce"/> sketches the centre whose sketch is nearest; any one where a number overflowed.</summary>
    /// <remarks>Not in fused multiply-adds, so that every processor gives the same centres, and explains the same counts.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Near(float* sketches, int* nearest, float[] arranged, float[] squares)
    {
        var infinite = Vector256.Create(float.PositiveInfinity);
        Vector256<float> least0 = infinite, least1 = infinite, least2 = infinite, least3 = infinite;
        Vector256<int> near0 = default, near1 = default, near2 = default, near3 = default;
        var numbers = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        fixed (float* start = arranged, norms = squares)
        {
            float* at = start;
            for (int first = 0; first < Centres; first += 2 * Step, at += Width * Step)
            {
                // Two times eight centres by four rows: six loads for eight multiply-adds.
                Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
                for (int j = 0; j < Width; j++, at += Step)
                {
                    var a = Vector256.Load(at);
                    var b = Vector256.Load(at + (Width * Step));
                    var row0 = Vector256.Create(sketches[j]);
                    a0 += row0 * a;
                    b0 += row0 * b;
                    var row1 = Vector256.Create(sketches[Width + j]);
                    a1 += row1 * a;
                    b1 += row1 * b;
                    var row2 = Vector256.Create(sketches[(2 * Width) + j]);
                    a2 += row2 * a;
                    b2 += row2 * b;
                    var row3 = Vector256.Create(sketches[(3 * Width) + j]);
                    a3 += row3 * a;
                    b3 += row3 * b;
                }

                var aSquares = Vector256.Load(norms + first);
                var bSquares = Vector256.Load(norms + first + Step);
                Take(a0, aSquares, numbers, ref least0, ref near0);
                Take(a1, aSquares, numbers, ref least1, ref near1);
                Take(a2, aSquares, numbers, ref least2, ref near2);
                Take(a3, aSquares, numbers, ref least3, ref near3);
                numbers += Vector256.Create(Step);
                Take(b0, bSquares, numbers, ref least0, ref near0);
                Take(b1, bSquares, numbers, ref least1, ref near1);
                Take(b2, bSquares, numbers, ref least2, ref near2);
                Take(b3, bSquares, numbers, ref least3, ref near3);
                numbers += Vector256.Create(Step);
            }
        }

        nearest[0] = Least(least0, near0);
        nearest[1] = Least(least1, near1);
        nearest[2] = Least(least2, near2);
        nearest[3] = Least(least3, near3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(
        Vector256<float> dots, Vector256<float> squares, Vector256<int> numbers, ref Vector256<float> least, ref Vector256<int> nearest)
    {
        // The row's own square is the same for all centres.
        var distances = squares - dots - dots;
        var nearer = Vector256.LessThan(distances, least);
        least = Vector256.ConditionalSelect(nearer, distances, least);
        nearest = Vector256.ConditionalSelect(nearer.AsInt32(), numbers, nearest);
    }

    private static int Least(Vector256<float> least, Vector256<int> nearest)
    {
        int lane = 0;
        for (int i = 1; i < Step; i++)
            lane = least[i] < least[lane] ? i : lane;
        return nearest[lane];
    }
}
