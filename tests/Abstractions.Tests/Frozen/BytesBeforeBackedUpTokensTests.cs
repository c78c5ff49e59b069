namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>Bytes of versions whose backups had no tokens: what was added since is read as not there.</summary>
public class BytesBeforeBackedUpTokensTests(WireSerializer wire)
{
    private const string KeptAnswer = "20e80062090109210005010100820ce001200000000080e0";
    private const string PinnedShard = "20e8000901421f21e8000d81080706050403020101b204e0e0";
    private const string RestoreRequest = "20e820e8000218091503010dc1010101e0012000000000808100a3e11100000000e0";

    [Fact]
    public void Answers_pins_and_restores_without_tokens_are_read_without_any()
    {
        AssertRead<KeptAnswer>(KeptAnswer, now => now with { Parts = default });
        AssertRead<PinnedShard>(PinnedShard, now => now with { Tokens = default });
        AssertRead<RestoreRequest>(RestoreRequest, now => now with { Tokens = default });
    }

    private void AssertRead<T>(string bytes, Func<T, T> then)
    {
        var exemplar = Exemplars.Named(typeof(T).Name);
        Assert.Equal(WireText.Of(then((T)exemplar.Value)), WireText.Of(exemplar.Read(wire, Convert.FromHexString(bytes))));
    }
}
