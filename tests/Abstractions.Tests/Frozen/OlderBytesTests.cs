using IqdbFlat.Engine;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>Bytes of versions before: what was added since is read as not there.</summary>
public class OlderBytesTests(WireSerializer wire)
{
    private const string ReportBeforePlans =
        "20e8000941233132372e302e302e313a3131313131403521e8000d81080706050403020101b204e001421f01820c01c21201100000008081983a000000000000e0";

    private const string SearchBeforePlan =
        "20e8400b626f6f6b7341290000c03f0000008001000000ffff7f7f0100e07f0115012941910107030806000161040178010162020202016303000000000000044003016401010401650005016602ffffffffffffffffff010906016703040179020603000000000000f8ff0800091507010309150321000321e8000d81080706050403020101b204e0e08100a3e111000000000103410930314a44e0";

    private const string PartBeforePlan =
        "20e8001341290000c03f0000008001000000ffff7f7f0100e07f0115012941910107030806000161040178010162020202016303000000000000044003016401010401650005016602ffffffffffffffffff010906016703040179020603000000000000f8ff0800010309150321e8000d81080706050403020101b204e0e0";

    private const string WriteBeforeFilter =
        "20e8400b626f6f6b7309150521e8401f01020007000000000000000102dead41290000c03f0000008001000000ffff7f7f0100e07f414d030001050000016201010166030000000000000080016902d70401730406c3a9f09f98800100e08100a3e11100000000410930314a4421e840215d0a890196ac4b77bcceb302099a805701200000000040e0010d0103e0";

    private const string PartOfWriteBeforeFilter =
        "20e8001309150321e8401f01020007000000000000000102dead41290000c03f0000008001000000ffff7f7f0100e07f414d030001050000016201010166030000000000000080016902d70401730406c3a9f09f98800100e0412105000000000000000600000000000000010321e840215d0a890196ac4b77bcceb302099a805701200000000040010d81ffffffffffffffffe00162090140000000000002e0";

    private const string SearchBeforeParts =
        "20e8400b626f6f6b7341290000c03f0000008001000000ffff7f7f0100e07f0115012941910107030806000161040178010162020202016303000000000000044003016401010401650005016602ffffffffffffffffff010906016703040179020603000000000000f8ff0800091507010309150321000321e8000d81080706050403020101b204e0e08100a3e111000000000103410930314a44091505e0";

    private const string PartBeforeParts =
        "20e8001341290000c03f0000008001000000ffff7f7f0100e07f0115012941910107030806000161040178010162020202016303000000000000044003016401010401650005016602ffffffffffffffffff010906016703040179020603000000000000f8ff0800010309150321e8000d81080706050403020101b204e0091505e0";

    private const string SettingsBeforeParts = "20e8000218091503010de0";

    [Fact]
    public void What_names_no_vector_is_read_as_for_rows_that_are_one()
    {
        var search = (SearchRequest)Exemplars.Named(nameof(SearchRequest)).Value;
        Assert.Equal(WireText.Of(search with { VectorName = null, MinDistance = null, MaxDistance = null, AfterDistance = null, AfterSequence = 0 }), WireText.Of(Exemplars.Named(nameof(SearchRequest)).Read(wire, Convert.FromHexString(SearchBeforeParts))));
        var part = (ShardSearch)Exemplars.Named(nameof(ShardSearch)).Value;
        Assert.Equal(WireText.Of(part with { Part = 0, MinDistance = null, MaxDistance = null, AfterDistance = null, AfterSequence = 0 }), WireText.Of(Exemplars.Named(nameof(ShardSearch)).Read(wire, Convert.FromHexString(PartBeforeParts))));
        Assert.Equal(WireText.Of(new IndexSettings(768, Metric.Cosine, 3)), WireText.Of(Exemplars.Named(nameof(IndexSettings)).Read(wire, Convert.FromHexString(SettingsBeforeParts))));
    }

    [Fact]
    public void A_write_without_a_filter_is_read_as_one_without()
    {
        var write = (WriteRequest)Exemplars.Named(nameof(WriteRequest)).Value;
        Assert.Equal(WireText.Of(write with { Filter = default }), WireText.Of(Exemplars.Named(nameof(WriteRequest)).Read(wire, Convert.FromHexString(WriteBeforeFilter))));
        var part = (ShardWrite)Exemplars.Named(nameof(ShardWrite)).Value;
        Assert.Equal(WireText.Of(part with { Filter = default }), WireText.Of(Exemplars.Named(nameof(ShardWrite)).Read(wire, Convert.FromHexString(PartOfWriteBeforeFilter))));
    }

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

    [Fact]
    public void A_search_without_a_plan_is_read_as_one_that_leaves_it_to_the_engine()
    {
        var now = (SearchRequest)Exemplars.Named(nameof(SearchRequest)).Value;
        object? read = Exemplars.Named(nameof(SearchRequest)).Read(wire, Convert.FromHexString(SearchBeforePlan));
        Assert.Equal(WireText.Of(now with { Plan = SearchPlan.Auto, VectorName = null, MinDistance = null, MaxDistance = null, AfterDistance = null, AfterSequence = 0 }), WireText.Of(read));
    }

    [Fact]
    public void A_part_of_a_search_without_a_plan_is_read_as_one_that_leaves_it_to_the_engine()
    {
        var now = (ShardSearch)Exemplars.Named(nameof(ShardSearch)).Value;
        object? read = Exemplars.Named(nameof(ShardSearch)).Read(wire, Convert.FromHexString(PartBeforePlan));
        Assert.Equal(WireText.Of(now with { Plan = SearchPlan.Auto, Part = 0, MinDistance = null, MaxDistance = null, AfterDistance = null, AfterSequence = 0 }), WireText.Of(read));
    }
}
