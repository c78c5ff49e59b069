namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>One lane, with the emulated fused multiply-add: what runs where there is no vector unit.</summary>
internal unsafe struct PartScalar : ILanePart<PartScalar>
{
    private float _lane;

    private PartScalar(float lane) => _lane = lane;

    public static int Width => 1;

    public static PartScalar Zero => default;

    public static PartScalar Load(float* source) => new(*source);

    public static void Store(PartScalar part, float* destination) => *destination = part._lane;

    public static PartScalar operator +(PartScalar left, PartScalar right) => new(left._lane + right._lane);

    public static PartScalar operator -(PartScalar left, PartScalar right) => new(left._lane - right._lane);

    public static PartScalar Abs(PartScalar value) => new(MathF.Abs(value._lane));

    public static void AddProduct(PartScalar left, PartScalar right, ref PartScalar sum) =>
        sum._lane = ExactFma.Compute(left._lane, right._lane, sum._lane);

    public static PartScalar CountDifferent(PartScalar left, PartScalar right, PartScalar count)
    {
        bool same = BitConverter.SingleToUInt32Bits(left._lane) == BitConverter.SingleToUInt32Bits(right._lane);
        return new(count._lane + (same ? 0.0f : 1.0f));
    }
}
