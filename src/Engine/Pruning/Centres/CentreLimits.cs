using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>How far one query is from each centre, and which radii that puts out of reach; docs/PRUNING.md has the proof. Belongs to one thread.</summary>
internal sealed unsafe class CentreLimits
{
    // A computed distance is within 2^-38 of the true one, a product within 2^-37 of the product of the lengths.
    private const double Rounding = 1.0 / (1 << 30);

    private readonly double[] _bases;
    private readonly float[] _limits;
    private readonly double _factor = 1;
    private uint _key = uint.MaxValue;

    /// <summary>Measures the query.</summary>
    public CentreLimits(CentrePoints points, PreparedQuery query, BoundForm form, KernelRounding rounding)
    {
        Points = points;
        _bases = new double[points.Count];
        _limits = new float[points.Count];
        fixed (float* vector = query.Padded)
        {
            double norm = Math.Sqrt(RowEncoder.Squares(vector, query.Stride)) * KernelRounding.Outwards;
            for (int i = 0; i < _bases.Length; i++)
            {
                switch (form)
                {
                    case BoundForm.Distance:
                        _bases[i] = points.Distance(vector, i, 1) * (1 - Rounding);
                        break;
                    case BoundForm.Angle:
                        _bases[i] = (points.Distance(vector, i, 1 / norm) * (1 - Rounding)) - CentrePoints.NormRounding;
                        break;
                    default:
                        double product = points.Product(vector, i, out double length);
                        _bases[i] = -product - ((rounding.Gamma + Rounding) * norm * length);
                        break;
                }
            }

            if (form == BoundForm.Product)
                _factor = (1 - Rounding) / (norm * (1 + rounding.Gamma));
        }
    }

    /// <summary>The centres.</summary>
    public CentrePoints Points { get; }

    /// <summary>For each centre a float: the canonical distance of a row of a smaller radius is above the one that the limit stands for. NaN or negative where no row is.</summary>
    /// <param name="key">The distance's key, by which limits are remembered.</param>
    /// <param name="limit">What <see cref="QueryCode.CentreLimitOf"/> gives for it.</param>
    public float[] For(uint key, double limit)
    {
        if (key == _key)
            return _limits;
        _key = key;
        for (int i = 0; i < _limits.Length; i++)
            _limits[i] = MathF.BitDecrement((float)((_bases[i] - limit) * _factor));
        return _limits;
    }
}
