using IqdbFlat.Docs.Tests.Surface;

namespace IqdbFlat.Docs.Tests;

/// <summary>The public surface of each assembly is the one that is kept in tests/Docs.Tests/Surface: a change of it is made on purpose.</summary>
public sealed class SurfaceTests
{
    /// <summary>The variable that makes a run write the kept files anew.</summary>
    private const string Keep = "IQDBFLAT_KEEP_SURFACE";

    public static TheoryData<string> AssemblyNames => [.. PublicSurface.AssemblyNames];

    [Theory]
    [MemberData(nameof(AssemblyNames))]
    public void Surface_is_the_kept_one(string assembly)
    {
        string[] found = [.. PublicSurface.TypesOf(assembly).SelectMany(Signature.LinesOf)];
        string file = Repository.FullPath($"tests/Docs.Tests/Surface/{assembly}.txt");
        if (Environment.GetEnvironmentVariable(Keep) == "1")
            File.WriteAllText(file, string.Join('\n', found) + '\n');

        string[] kept = File.Exists(file) ? File.ReadAllLines(file) : [];

        Assert.True(
            kept.SequenceEqual(found),
            $"The public surface of {assembly} differs from {Path.GetFileName(file)}; where that is meant, run this test with {Keep}=1.\n"
            + string.Concat(kept.Except(found).Select(line => $"gone: {line}\n")) + string.Concat(found.Except(kept).Select(line => $"new:  {line}\n")));
    }
}
