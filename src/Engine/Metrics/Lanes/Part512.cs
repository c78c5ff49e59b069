using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>All sixteen lanes in one register: AVX-512.</summary>
internal unsafe struct Part512 : ILanePart<Part512>
{
    private Vector512<float> _all;

    private Part512(Vector512<float> all) => _all = all;

    public static int Width => 16;

    public static Part512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Part512 part, float* destination) => Vector512.Store(part._all, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part512 operator +(Part512 left, Part512 right) => new(left._all + right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part512 operator -(Part512 left, Part512 right) => new(left._all - right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part512 Abs(Part512 value) => new(Vector512.Abs(value._all));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Part512 left, Part512 right, ref Part512 sum) =>
        sum._all = Avx512F.FusedMultiplyAdd(left._all, right._all, sum._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part512 CountDifferent(Part512 left, Part512 right, Part512 count) =>
        new(count._all + Vector512.AndNot(Vector512.Create(1.0f), Vector512.Equals(left._all.AsInt32(), right._all.AsInt32()).AsSingle()));
}
