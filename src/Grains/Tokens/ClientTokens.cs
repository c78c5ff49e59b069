using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Tokens;

/// <summary>The newest writes of one client with their answers, and up to where older ones have been forgotten.</summary>
internal sealed class ClientTokens
{
    private readonly SortedList<TokenNumber, (ulong Payload, KeptAnswer Answer)> _kept = [];

    /// <summary>The highest write that has been forgotten; null while none has.</summary>
    public TokenNumber? Forgotten { get; set; }

    public int Count => _kept.Count;

    /// <summary>The remembered writes, oldest first.</summary>
    public IEnumerable<(TokenNumber Number, ulong Payload, KeptAnswer Answer)> Kept =>
        _kept.Select(pair => (pair.Key, pair.Value.Payload, pair.Value.Answer));

    public bool TryFind(TokenNumber number, out ulong payload, out KeptAnswer answer)
    {
        bool found = _kept.TryGetValue(number, out var kept);
        (payload, answer) = kept;
        return found;
    }

    public bool HasForgotten(TokenNumber number) => Forgotten is { } forgotten && number.CompareTo(forgotten) <= 0;

    public void Add(TokenNumber number, ulong payload, KeptAnswer answer) => _kept.Add(number, (payload, answer));

    /// <summary>Forgets the oldest write, and answers what was kept with it.</summary>
    public KeptAnswer ForgetOldest()
    {
        var answer = _kept.Values[0].Answer;
        Forgotten = _kept.Keys[0];
        _kept.RemoveAt(0);
        return answer;
    }
}
