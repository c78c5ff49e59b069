namespace IqdbFlat.Engine.Pruning;

/// <summary>What is kept of a row beside its codes c, so that x is known to lie near scale * c.</summary>
/// <param name="Scale">The step of the codes.</param>
/// <param name="Norm">
/// For <see cref="BoundForm.Product"/> no less than |scale * c|, as a float; otherwise the exact sum of squared codes, as the bits of an integer.
/// </param>
/// <param name="Residual">
/// No less than |x - scale * c|, for <see cref="BoundForm.Angle"/> of x / |x| in place of x. Infinite or NaN where the row must never be pruned.
/// </param>
internal readonly record struct RowTerms(float Scale, int Norm, float Residual);
