namespace IqdbFlat.Engine;

/// <summary>One field that a list is ordered by.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Descending">Whether greater values come first.</param>
/// <remarks>
/// Values rise so: rows without the field, then Null, Bool (false first), Int, Float (NaN last), String (by UTF-8 bytes), Instant, Array (by length, then by elements); kinds do not mix, so an Int
/// comes before every Float. -0.0 and 0.0 are equal. Descending turns this round, rows without the field last.
/// </remarks>
public readonly record struct FieldOrder(string Field, bool Descending = false);
