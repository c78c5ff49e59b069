namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>Bytes of versions before: what was added since is read as not there.</summary>
public class OlderBytesTests(WireSerializer wire)
{
    private const string ReportBeforePlans =
        "20e8000941233132372e302e302e313a3131313131403521e8000d81080706050403020101b204e001421f01820c01c21201100000008081983a000000000000e0";

    [Fact]
    public void A_report_without_plans_and_stages_is_read_with_none()
    {
        var now = (ShardReport)Exemplars.Named(nameof(ShardReport)).Value;
        var then = now with
        {
            Plans = default,
            Pruned = 0,
            FilterTime = default,
            ScanTime = default,
            MergeTime = default,
            ThreadBandwidth = 0,
        };
        object? read = Exemplars.Named(nameof(ShardReport)).Read(wire, Convert.FromHexString(ReportBeforePlans));
        Assert.Equal(WireText.Of(then), WireText.Of(read));
    }
}
