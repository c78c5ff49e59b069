namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>Bytes of versions before: what was added since is read as not there.</summary>
public class BytesBeforeTokensTests(WireSerializer wire)
{
    private const string WriteRequest =
        "20e8400b626f6f6b7309150521e8401f01020007000000000000000102dead41290000c03f0000008001000000ffff7f7f0100e07f414d0300010500"
        + "00016201010166030000000000000080016902d70401730406c3a9f09f98800100e08100a3e11100000000410930314a44e0";

    private const string ShardWrite =
        "20e8001309150321e8401f01020007000000000000000102dead41290000c03f0000008001000000ffff7f7f0100e07f414d03000105000001620101"
        + "0166030000000000000080016902d70401730406c3a9f09f98800100e04121050000000000000006000000000000000103e0";

    private const string ShardWriteReply =
        "20e820e8000d81080706050403020101b204e0010921000501010011e0e0";

    private const string ShardCheck =
        "20e80013091507414300000000000000000001000000000000002c01000000000000ffffffffffffffffe0";

    [Fact]
    public void Writes_of_clients_and_coordinators_without_tokens_are_read_without_any()
    {
        AssertRead<WriteRequest>(WriteRequest, now => now with { Token = null, TokenPart = 0, TokenMayBeKnown = false, Filter = default });
        AssertRead<ShardWrite>(ShardWrite, now => now with { Token = null, Cut = 0, First = 0, Filter = default });
        AssertRead<ShardWriteReply>(ShardWriteReply, now => now with { Kept = null });
        AssertRead<ShardCheck>(ShardCheck, now => now with { Token = null });
    }

    private void AssertRead<T>(string bytes, Func<T, T> then)
    {
        var exemplar = Exemplars.Named(typeof(T).Name);
        Assert.Equal(WireText.Of(then((T)exemplar.Value)), WireText.Of(exemplar.Read(wire, Convert.FromHexString(bytes))));
    }
}
