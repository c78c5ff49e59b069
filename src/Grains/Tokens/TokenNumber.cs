namespace IqdbFlat.Grains.Tokens;

/// <summary>A place in what one client writes: the number of the write, then the message of it.</summary>
internal readonly record struct TokenNumber(ulong Number, int Part) : IComparable<TokenNumber>
{
    public int CompareTo(TokenNumber other)
    {
        int byNumber = Number.CompareTo(other.Number);
        return byNumber != 0 ? byNumber : Part.CompareTo(other.Part);
    }
}
