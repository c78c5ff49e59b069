using System.Collections;
using System.Reflection;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>The bytes of every message as released versions wrote them: what clients and silos of then send is read, and what was added since is not there.</summary>
/// <remarks>All but those of <see cref="IndexSettings"/>, whose kept value is another one now: <see cref="OlderBytesTests"/> has its bytes.</remarks>
public class ReleasedBytesTests(WireSerializer wire)
{
    private const string Version = "0.5.0";

    public static TheoryData<string> Messages =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Version + "/", StringComparison.Ordinal)).Select(name => name[..^".hex".Length])];

    [Fact]
    public void Every_message_of_the_version_is_kept() => Assert.Equal(35, Messages.Count);

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_of_a_released_version_is_read(string kept)
    {
        var exemplar = Exemplars.Named(kept[(Version.Length + 1)..]);
        object? then = exemplar.Read(wire, FrozenBytes.Of(kept));
        Check(exemplar.Value, then, exemplar.Name);
    }

    /// <summary>Each field is as it is now, or is not there, as one that was added since.</summary>
    private static void Check(object? now, object? then, string place)
    {
        if (WireText.Of(now) == WireText.Of(then))
            return;
        var fields = now is null ? [] : WireText.FieldsOf(now.GetType()).ToList();
        if (fields.Count > 0 && then?.GetType() == now!.GetType())
        {
            Assert.Contains(fields, field => WireText.Of(WireText.ValueOf(field, now)) == WireText.Of(WireText.ValueOf(field, then)));
            foreach (var field in fields.Where(field => !IsDefault(WireText.ValueOf(field, then))))
                Check(WireText.ValueOf(field, now), WireText.ValueOf(field, then), $"{place}.{field.Name}");
        }
        else if (now is IEnumerable many && then is IEnumerable others && now is not string)
        {
            var pairs = many.Cast<object?>().Zip(others.Cast<object?>()).ToList();
            Assert.Equal((pairs.Count, pairs.Count), (many.Cast<object?>().Count(), others.Cast<object?>().Count()));
            for (int i = 0; i < pairs.Count; i++)
                Check(pairs[i].First, pairs[i].Second, $"{place}[{i}]");
        }
        else
        {
            Assert.Fail($"{place}: expected {WireText.Of(now)}, found {WireText.Of(then)}");
        }
    }

    private static bool IsDefault(object? value) =>
        value is null or "" || (value.GetType().IsValueType && WireText.Of(value) == WireText.Of(Activator.CreateInstance(value.GetType()))) || value is Array { Length: 0 };
}
